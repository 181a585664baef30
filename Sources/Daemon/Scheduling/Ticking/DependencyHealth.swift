/// Whether the table or the queue works, so that an outage is told once, and its end once.
struct DependencyHealth {
  typealias Instant = ContinuousClock.Instant

  /// Why it fails; nil if it does not.
  private(set) var reason: String?
  private let isChecked: Bool
  private let times: TickTimes
  private var checkAt: Instant?
  private var isChecking = false
  private var failures = 0

  /// `checkAt`: when it is tried for the first time; nil if it is never tried for its own sake.
  init(checkAt: Instant?, times: TickTimes) {
    isChecked = checkAt != nil
    self.checkAt = checkAt
    self.times = times
  }

  /// When to look again whether it works; nil while it does.
  var nextCheck: Instant? { isChecking ? nil : checkAt }

  /// True if it is to be tried now.
  mutating func beginCheck(now: Instant) -> Bool {
    guard let nextCheck, now >= nextCheck else { return false }
    isChecking = true
    checkAt = nil
    return true
  }

  mutating func checkEnded(now: Instant) {
    isChecking = false
  }

  /// True if that is news.
  mutating func failed(_ reason: String, now: Instant, jitter: Double) -> Bool {
    let isNews = self.reason == nil
    self.reason = reason
    guard isChecked, !isChecking, checkAt == nil else { return isNews }
    failures += 1
    checkAt = now.advanced(
      by: TickTimes.pause(failures, from: times.firstCheckPause, upTo: times.longestCheckPause, jitter: jitter))
    return isNews
  }

  /// True if that is news.
  mutating func worked() -> Bool {
    defer {
      reason = nil
      failures = 0
      checkAt = nil
    }
    return reason != nil
  }
}
