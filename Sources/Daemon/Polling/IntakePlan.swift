/// How many messages may be received, and when: the arithmetic of slots, without tasks or clocks.
///
/// A slot is taken from the moment a receive asks for a message until that message's answer has come, so messages that
/// were received and not yet answered never exceed `capacity`, not even while several receives are open.
struct IntakePlan {
  /// What the poller should do now.
  enum Action: Equatable {
    /// Open a receive for this many messages (1–10); their slots are taken.
    case receive(Int)
    /// Nothing before something changes, or before this moment.
    case wait(until: ContinuousClock.Instant?)
    /// Intake has ended.
    case stop
  }

  /// SQS hands out at most this many messages a receive.
  static let largestReceive = 10
  /// How long to wait for a useful number of free slots while there is a backlog: without it, slow jobs that end one by
  /// one would cost one receive each.
  static let gathering: Duration = .milliseconds(100)
  /// The pause after the first failed receive, doubled by each further one, up to `longestPause`.
  static let firstPause: Duration = .seconds(1)
  static let longestPause: Duration = .seconds(60)

  /// A long poll that comes back empty sooner than this was not one; the next waits as long.
  static let hasty: Duration = .seconds(1)

  let capacity: Int
  private(set) var held = 0
  private(set) var asked = 0
  private(set) var openReceives = 0
  private(set) var failures = 0
  private var isStopped = false
  private var wantedReceives = 1
  private var hasBacklog = false
  private var gatherUntil: ContinuousClock.Instant?
  private var pausedUntil: ContinuousClock.Instant?

  init(capacity: Int) {
    self.capacity = capacity
  }

  var free: Int { capacity - held - asked }

  mutating func next(now: ContinuousClock.Instant) -> Action {
    if isStopped { return .stop }
    if let pause = pausedUntil, now < pause { return .wait(until: pause) }
    guard openReceives < wantedReceives, free > 0 else { return .wait(until: nil) }
    let useful = min(Self.largestReceive, capacity)
    if hasBacklog, free < useful {
      let deadline = gatherUntil ?? now.advanced(by: Self.gathering)
      gatherUntil = deadline
      if now < deadline { return .wait(until: deadline) }
    }
    gatherUntil = nil
    pausedUntil = nil
    let count = min(Self.largestReceive, free)
    asked += count
    openReceives += 1
    return .receive(count)
  }

  /// A receive for `asked` messages brought `count`.
  mutating func received(_ count: Int, of asked: Int) {
    close(asked)
    held += count
    failures = 0
    pausedUntil = nil
    hasBacklog = count >= asked
    // One poller while receives come back less than full, so that an idle queue costs one call in 20 s and messages
    // that arrive slowly still gather; one more after each full one, as far as there are slots.
    wantedReceives = hasBacklog ? min(wantedReceives + 1, max(1, capacity / Self.largestReceive)) : 1
  }

  /// A server that does not honour the wait of a long poll must not be asked without end.
  mutating func cameBackEmpty(after took: Duration, now: ContinuousClock.Instant) {
    if took < Self.hasty { pausedUntil = now.advanced(by: Self.hasty) }
  }

  /// A receive for `asked` messages failed. `jitter`, from 0 to 1, spreads the pauses of many daemons.
  /// Returns how long intake pauses.
  mutating func receiveFailed(of asked: Int, now: ContinuousClock.Instant, jitter: Double) -> Duration {
    close(asked)
    hasBacklog = false
    wantedReceives = 1
    // Several receives that fail together are one failure of the service, not several.
    if let pause = pausedUntil, now < pause { return now.duration(to: pause) }
    let ceiling = min(Self.longestPause, Self.firstPause * (1 << min(failures, 6)))
    failures += 1
    // At least half: a pause of nearly nothing against a failing service would be a hot loop in disguise.
    let pause = ceiling * (0.5 + jitter / 2)
    pausedUntil = now.advanced(by: pause)
    return pause
  }

  /// A message that was held has been answered or given back.
  mutating func finished() {
    held -= 1
  }

  mutating func stop() {
    isStopped = true
  }

  private mutating func close(_ asked: Int) {
    self.asked -= asked
    openReceives -= 1
  }
}
