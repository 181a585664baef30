import FoundationEssentials

/// Which credentials are in use, and when others are due. Decides only; CredentialCache acts.
struct RefreshState {
  /// From this long before its expiry a set is replaced while it is still used; of a set that lives for less than twice as
  /// long, from the middle of its life.
  static let advisoryWindow = 900.0
  /// With less than this left a set is used no more: what is signed with it must arrive, and clocks differ.
  static let mandatoryWindow = 60.0
  /// After a service has refused a set and the source has given the same again, the source is asked no sooner than this.
  static let refusalPause = 60.0
  static let longestPause = 60.0

  enum Step: Equatable {
    case use(Credentials)
    case refresh
    /// Somebody else is at it.
    case wait
  }

  private(set) var current: FoundCredentials?
  private(set) var isRefreshing = false
  /// Refreshes that failed since one succeeded.
  private(set) var failures = 0
  private var obtainedAt = Date.distantPast
  /// A service has refused the current set.
  private var isRefused = false
  private var lastRefusal: (credentials: Credentials, at: Date)?
  /// No refresh in the background before this.
  private var pauseUntil = Date.distantPast

  /// What a caller who needs credentials does. `.refresh` makes it the one who refreshes.
  mutating func step(at now: Date) -> Step {
    if let current, !mustRefresh(current, at: now) { return .use(current.credentials) }
    if isRefreshing { return .wait }
    isRefreshing = true
    return .refresh
  }

  /// How long the background has nothing to do; nil for ever. Zero or less makes nobody the one who refreshes yet.
  func pause(at now: Date) -> Double? {
    guard let current else { return pauseUntil.timeIntervalSince(now) }
    let due =
      isRefused ? now : current.credentials.expiration.map { $0.addingTimeInterval(-advisoryWindow(before: $0)) }
    return due.map { max($0, pauseUntil).timeIntervalSince(now) }
  }

  /// Makes the background the one who refreshes; false if somebody is at it.
  mutating func begin() -> Bool {
    guard !isRefreshing else { return false }
    isRefreshing = true
    return true
  }

  mutating func refused(_ credentials: Credentials, at now: Date) {
    guard let current, current.credentials.hasSameKeys(as: credentials) else { return }
    if let lastRefusal, lastRefusal.credentials.hasSameKeys(as: credentials),
      case 0..<Self.refusalPause = now.timeIntervalSince(lastRefusal.at)
    {
      return
    }
    isRefused = true
    lastRefusal = (credentials, now)
  }

  /// Ends a refresh that somebody was cancelled in: it says nothing about the source.
  mutating func abandon() {
    isRefreshing = false
  }

  mutating func succeed(
    _ found: FoundCredentials, at now: Date, jitter: (ClosedRange<Double>) -> Double
  ) -> CredentialEvent? {
    let event: CredentialEvent? =
      failures > 0
      ? .recovered(source: found.source, expiration: found.credentials.expiration)
      : current?.source == found.source ? nil : .found(source: found.source, expiration: found.credentials.expiration)
    current = found
    obtainedAt = now
    isRefused = false
    isRefreshing = false
    failures = 0
    pauseUntil = .distantPast
    // A source that gives a set at the end of its life would be asked without end.
    if let pause = pause(at: now), pause <= 0 { pauseUntil = now.addingTimeInterval(jitter(1...Self.longestPause)) }
    return event
  }

  mutating func fail(_ error: AWSError, at now: Date, jitter: (ClosedRange<Double>) -> Double) -> CredentialEvent? {
    isRefreshing = false
    failures += 1
    let longest = min(Self.longestPause, Double(1 << min(failures, 6)))
    pauseUntil = now.addingTimeInterval(jitter(1...longest))
    guard failures == 1 else { return nil }
    let usableUntil = current?.credentials.expiration.map { $0.addingTimeInterval(-Self.mandatoryWindow) }
    return .refreshFailed(error, validUntil: usableUntil.flatMap { $0 > now && !isRefused ? $0 : nil })
  }

  private func mustRefresh(_ current: FoundCredentials, at now: Date) -> Bool {
    isRefused
      || current.credentials.expiration.map { $0.timeIntervalSince(now) <= Self.mandatoryWindow } ?? false
  }

  private func advisoryWindow(before expiration: Date) -> Double {
    min(Self.advisoryWindow, max(Self.mandatoryWindow, expiration.timeIntervalSince(obtainedAt) / 2))
  }
}

extension Credentials {
  /// The same set, whatever is said about its expiry.
  func hasSameKeys(as other: Credentials) -> Bool {
    accessKeyID == other.accessKeyID && secretAccessKey == other.secretAccessKey && sessionToken == other.sessionToken
  }
}
