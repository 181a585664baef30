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

  /// A queue with a backlog answers at once. A receive that is open for longer than this most likely hangs, and must not
  /// keep others from being opened.
  static let overdue: Duration = .seconds(1)

  /// A long poll that comes back empty sooner than this was not one; the next waits as long.
  static let hasty: Duration = .seconds(1)

  let capacity: Int
  private(set) var held = 0
  private(set) var asked = 0
  private(set) var openReceives = 0
  private(set) var failures = 0
  /// How much the application may be given.
  var admission: Admission {
    didSet { if admission != oldValue { trials = 0 } }
  }
  /// Messages of a trial that have no answer yet.
  private var trials = 0
  private var isStopped = false
  private var wantedReceives = 1
  private var hasBacklog = false
  private var gatherUntil: ContinuousClock.Instant?
  private var pausedUntil: ContinuousClock.Instant?
  private var lastOpened: ContinuousClock.Instant?
  private var hasOpenedSinceFailure = false
  /// What was decided last.
  private var latest: Action?

  init(capacity: Int, admission: Admission = .everything) {
    self.capacity = capacity
    self.admission = admission
  }

  /// Slots that may be taken now.
  var free: Int {
    switch admission {
    case .nothing: 0
    // Beside whatever else is still running.
    case .one: openReceives == 0 && trials == 0 && held < capacity ? 1 : 0
    case .share: allowed - held - asked
    }
  }

  private var allowed: Int {
    guard case .share(let share) = admission else { return capacity }
    // A share is a quotient: 7 fiftieths of fifty may be a little less than 7.
    return min(capacity, max(1, Int(Double(capacity) * share + 0.001)))
  }

  /// `largest` is the size of a receive that is not to be exceeded, 1–10.
  mutating func next(now: ContinuousClock.Instant, largest: Int = largestReceive) -> Action {
    let (action, gathersUntil) = decision(now, largest)
    gatherUntil = gathersUntil
    latest = action
    guard case .receive(let count) = action else { return action }
    pausedUntil = nil
    asked += count
    openReceives += 1
    lastOpened = now
    hasOpenedSinceFailure = true
    return action
  }

  /// Whether the poller would do something else now than when it began to wait. Most messages that end change nothing,
  /// and waking it for each of them is what a busy daemon would spend its time on.
  func isWorthALook(now: ContinuousClock.Instant, largest: Int = largestReceive) -> Bool {
    decision(now, largest).action != latest
  }

  /// What to do, and until when free slots are gathered for it.
  private func decision(
    _ now: ContinuousClock.Instant, _ largest: Int
  ) -> (action: Action, gathersUntil: ContinuousClock.Instant?) {
    if isStopped { return (.stop, nil) }
    if let pause = pausedUntil, now < pause { return (.wait(until: pause), gatherUntil) }
    let free = free
    guard free > 0 else { return (.wait(until: nil), nil) }
    guard mayOpen(now: now) else { return (.wait(until: nextOverdue), nil) }
    if hasBacklog, admission != .one, free < min(largest, allowed) {
      let deadline = gatherUntil ?? now.advanced(by: Self.gathering)
      if now < deadline { return (.wait(until: deadline), deadline) }
    }
    return (.receive(min(largest, free)), nil)
  }

  private func mayOpen(now: ContinuousClock.Instant) -> Bool {
    guard openReceives < mostReceives else { return false }
    // After a failure one receive finds out whether SQS is well again.
    let isWanted = failures > 0 ? !hasOpenedSinceFailure : openReceives < wantedReceives
    return isWanted || nextOverdue.map { now >= $0 } ?? false
  }

  /// As many as there can be full ones, and one beside those that hang.
  private var mostReceives: Int { max(1, capacity / Self.largestReceive) + 1 }

  private var nextOverdue: ContinuousClock.Instant? {
    guard hasBacklog, openReceives > 0, openReceives < mostReceives else { return nil }
    return lastOpened?.advanced(by: Self.overdue)
  }

  /// A receive for `asked` messages brought `count`.
  mutating func received(_ count: Int, of asked: Int) {
    close(asked)
    held += count
    if admission == .one { trials += count }
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
    return noteFailure(now: now, jitter: jitter)
  }

  /// The same, but the receive is going to be repeated as it was: it keeps its slots.
  mutating func noteFailure(now: ContinuousClock.Instant, jitter: Double) -> Duration {
    hasOpenedSinceFailure = false
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
    trials = max(0, trials - 1)
  }

  mutating func stop() {
    isStopped = true
  }

  private mutating func close(_ asked: Int) {
    self.asked -= asked
    openReceives -= 1
  }
}
