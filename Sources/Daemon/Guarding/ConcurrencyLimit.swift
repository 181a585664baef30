/// How many messages the application may have at once, learned from its answers: halved by a 429 or 503, grown by
/// successes, as TCP finds out how much a path carries (RFC 5681, "slow start" and "congestion avoidance").
struct ConcurrencyLimit: Equatable {
  let maximum: Int
  private var exact: Double
  /// Up to here it grows by one with each success, above by one with each round of them.
  private var threshold: Double
  private var loweredAt: ContinuousClock.Instant?

  init(maximum: Int) {
    self.maximum = maximum
    exact = Double(maximum)
    threshold = Double(maximum)
  }

  /// 1 to `maximum`.
  var current: Int { Int(exact) }
  var isLowered: Bool { current < maximum }

  mutating func succeeded() {
    guard exact < Double(maximum) else { return }
    exact = min(Double(maximum), exact + (exact < threshold ? 1 : 1 / exact))
  }

  /// A message that was sent at `sentAt` was refused. What was sent before the limit was lowered says nothing about the
  /// lower one, so a burst of refusals lowers it once.
  mutating func refused(sentAt: ContinuousClock.Instant, now: ContinuousClock.Instant) {
    if let loweredAt, sentAt < loweredAt { return }
    loweredAt = now
    threshold = max(1, exact / 2)
    exact = threshold
  }

  /// Nothing is taken at all: when something is again, it begins with one.
  mutating func collapse() {
    threshold = max(1, exact / 2)
    exact = 1
  }
}
