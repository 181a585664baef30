import Locks

/// The slots of one queue, shared by its receives and deliveries: ``IntakePlan`` with all that may hold it back, and with
/// the waiting added.
final class Intake: Sendable {
  private struct State {
    var plan: IntakePlan
    var pathGuard: PathGuard
    /// What the application's circuit says.
    var admission = Admission.nothing
    var isPaused = false
    /// Of FIFO queues only.
    var caution: ReceivingCaution?

    func largest(_ now: ContinuousClock.Instant) -> Int {
      caution?.isCareful(now: now) == true ? 1 : IntakePlan.largestReceive
    }

    mutating func next(now: ContinuousClock.Instant) -> IntakePlan.Action {
      var allowed = isPaused ? .nothing : admission
      var trial: ContinuousClock.Instant?
      if let until = pathGuard.pausedUntil, allowed != .nothing {
        allowed = now < until ? .nothing : .one
        if now < until { trial = until }
      }
      // Once: each change of it ends a trial.
      plan.admission = allowed
      let action = plan.next(now: now, largest: largest(now))
      return action == .wait(until: nil) ? .wait(until: trial) : action
    }
  }

  private let state: Locked<State>
  private let clock: ContinuousClock
  private let changes = Doorbell()
  private let meter: BusyMeter?

  /// `caution` is for FIFO queues; `meter` hears how many messages are in our hands.
  init(
    capacity: Int, caution: ReceivingCaution? = nil, meter: BusyMeter? = nil, pathGuard: PathGuard = PathGuard(),
    clock: ContinuousClock = ContinuousClock()
  ) {
    state = Locked(State(plan: IntakePlan(capacity: capacity), pathGuard: pathGuard, caution: caution))
    self.clock = clock
    self.meter = meter
  }

  /// The size of the next receive, once one is due; nil when intake has ended. For one caller at a time.
  func nextReceive() async -> Int? {
    while !Task.isCancelled {
      switch state.withLock({ $0.next(now: clock.now) }) {
      case .receive(let count): return count
      case .stop: return nil
      case .wait(let moment): await changes.wait(until: moment, clock: clock)
      }
    }
    return nil
  }

  /// `took` is how long the answer took.
  func received(_ count: Int, of asked: Int, took: Duration) {
    let now = clock.now
    state.withLock { state in
      state.plan.received(count, of: asked)
      if count == 0 { state.plan.cameBackEmpty(after: took, now: now) }
    }
    meter?.add(count)
    changes.ring()
  }

  /// Returns the pause before the next receive, and how many have failed in a row. A receive that will be repeated as it
  /// was keeps its slots.
  func receiveFailed(of asked: Int, isKept: Bool = false) -> (pause: Duration, failures: Int) {
    let now = clock.now
    let jitter = Double.random(in: 0...1)
    let result = state.withLock { state in
      let pause =
        isKept
        ? state.plan.noteFailure(now: now, jitter: jitter)
        : state.plan.receiveFailed(of: asked, now: now, jitter: jitter)
      return (pause, state.plan.failures)
    }
    changes.ring()
    return result
  }

  /// A message's slot is free again.
  func finished() {
    let now = clock.now
    let isWorthALook = state.withLock { state in
      state.plan.finished()
      return state.plan.isWorthALook(now: now, largest: state.largest(now))
    }
    meter?.add(-1)
    if isWorthALook { changes.ring() }
  }

  /// How a message's POST was answered. Returns true if the queue is paused by it.
  func answered(_ status: Int, succeeded: Bool) -> Bool {
    let now = clock.now
    let (isPausedNow, hasChanged) = state.withLock { state in
      let before = state.pathGuard
      let isPausedNow = state.pathGuard.answered(status, succeeded: succeeded, now: now)
      return (isPausedNow, before.isPaused && before != state.pathGuard)
    }
    if hasChanged { changes.ring() }
    return isPausedNow
  }

  /// The queue is paused because every answer says that its path is wrong.
  var isPathRefused: Bool { state.withLock { $0.pathGuard.isPaused } }
  /// Receives that failed in a row.
  var failures: Int { state.withLock { $0.plan.failures } }

  /// Tells the caution of a FIFO queue what happened to a message of it.
  func note(_ event: ReceivingCaution.Event) {
    let now = clock.now
    state.withLock { $0.caution?.note(event, now: now) }
  }

  func admit(_ admission: Admission) {
    state.withLock { $0.admission = admission }
    changes.ring()
  }

  /// Stops receiving for a while, whatever else is the case; what is open may still bring messages.
  func pause(_ isPaused: Bool) {
    state.withLock { $0.isPaused = isPaused }
    changes.ring()
  }

  func stop() {
    state.withLock { $0.plan.stop() }
    changes.ring()
  }
}
