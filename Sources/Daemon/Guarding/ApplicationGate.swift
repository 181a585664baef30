import Locks
import Logging

/// What all queues know of the application: the circuit and the concurrency limit, with the waiting and the log added.
final class ApplicationGate: Sendable {
  private struct State {
    var circuit = Circuit()
    var limit: ConcurrencyLimit
    var isDraining = false
    /// Since when the circuit is open.
    var openedAt: ContinuousClock.Instant

    var admission: Admission {
      switch circuit.state {
      case .closed: .share(Double(limit.current) / Double(limit.maximum))
      case .open: .nothing
      case .trial: .one
      }
    }

    /// Nothing can be sent. An application that refuses can be sent to: what is in our hands has spent its receive.
    var isUnreachable: Bool {
      switch circuit.state {
      case .open(.unreachable), .open(.starting): true
      case .open(.refusing), .closed, .trial: false
      }
    }
  }

  private let application: String
  private let intakes: [Intake]
  private let logger: Logger
  private let clock: ContinuousClock
  private let state: Observed<State>

  /// `capacity` is that of all queues together, `application` what the log calls it.
  init(
    application: String, capacity: Int, intakes: [Intake], logger: Logger, clock: ContinuousClock = ContinuousClock()
  ) {
    self.application = application
    self.intakes = intakes
    self.logger = logger
    self.clock = clock
    state = Observed(State(limit: ConcurrencyLimit(maximum: capacity), openedAt: clock.now))
  }

  // MARK: Deliveries

  /// A POST of a message, begun at `sentAt`, has ended.
  func posted(_ messageID: String, _ outcome: Outcome, succeeded: Bool, sentAt: ContinuousClock.Instant) {
    let now = clock.now
    change(because: outcome.failure) { state in
      let before = state.circuit.state
      if let sign = outcome.sign { state.circuit.posted(messageID, sign) }
      if succeeded {
        state.limit.succeeded()
      } else if before != .open(.refusing), state.circuit.state == .open(.refusing) {
        state.limit.collapse()
      } else if outcome.asksForLess {
        state.limit.refused(sentAt: sentAt, now: now)
      }
    }
  }

  var isUnreachable: Bool { state.read { $0.isUnreachable } }

  /// Returns true once the application can be reached, false if that takes too long or the drain begins.
  func untilReachable(until deadline: ContinuousClock.Instant) async -> Bool {
    _ = await state.wait(until: deadline, clock: clock) { !$0.isUnreachable || $0.isDraining }
    return state.read { !$0.isUnreachable && !$0.isDraining }
  }

  /// The application has not been seen yet.
  var isStarting: Bool { state.read { $0.circuit.state == .open(.starting) } }

  /// Whoever waits for the application gives its message back.
  func drain() {
    state.update { $0.isDraining = true }
  }

  // MARK: Probing

  /// Waits until a probe is due; false when cancelled. If something else keeps the circuit open meanwhile, that one's pause
  /// counts from then on.
  func untilProbeIsDue() async -> Bool {
    while !Task.isCancelled {
      let isOpen = await state.wait {
        if case .open = $0.circuit.state { return true }
        return false
      }
      guard isOpen else { return false }
      let circuit = state.read { $0.circuit }
      let pause = circuit.pause(jitter: .random(in: 0...1))
      guard pause > .zero else { return true }
      let hasChanged = await state.wait(until: clock.now.advanced(by: pause), clock: clock) {
        $0.circuit.state != circuit.state
      }
      if !hasChanged { return !Task.isCancelled }
    }
    return false
  }

  /// `fault` says why the application is not there; nil if it is.
  func probed(fault: String?) {
    change(because: fault) { $0.circuit.probed(isThere: fault == nil) }
  }

  // MARK: Telling

  /// Why the application is given nothing, or less, for whoever asks; nil if all is well.
  var complaint: String? {
    let state = state.value
    switch state.circuit.state {
    case .open(.starting): return "waiting for the application at \(application)"
    case .open(.unreachable): return "the application at \(application) cannot be reached"
    case .open(.refusing), .trial: return "the application at \(application) refuses messages"
    case .closed: return nil
    }
  }

  private func change(because reason: String?, _ change: (inout State) -> Void) {
    let now = clock.now
    let (before, after, admission) = state.update { state in
      let before = state
      change(&state)
      if before.circuit.state == .closed, state.circuit.state != .closed { state.openedAt = now }
      return (before, state, before.admission == state.admission ? nil : state.admission)
    }
    if let admission { tell(admission) }
    log(from: before, to: after, reason, now)
  }

  /// Whoever tells looks again afterwards: of two who do so at the same time the later one may come first.
  private func tell(_ admission: Admission) {
    var told = admission
    while true {
      for intake in intakes { intake.admit(told) }
      let current = state.read { $0.admission }
      guard current != told else { return }
      told = current
    }
  }

  private func log(from before: State, to after: State, _ reason: String?, _ now: ContinuousClock.Instant) {
    let (old, new) = (before.circuit.state, after.circuit.state)
    let isFirstVain = old == .open(.starting) && new == old && after.circuit.attempts == 1
    // While it is closed: an answer that was on its way when it opened is no news.
    let limitHasChanged = old == new && new == .closed && before.limit.isLowered != after.limit.isLowered
    guard old != new || isFirstVain || limitHasChanged else { return }
    var metadata: Logger.Metadata = ["application": "\(application)"]
    if let reason { metadata["reason"] = "\(reason)" }
    switch (old, new) {
    case (.open(.starting), .open(.starting)):
      logger.warning("waiting for the application, nothing is received before it is there", metadata: metadata)
    case (.open(.starting), .closed):
      logger.info("application found, receiving", metadata: metadata)
    case (.open, .open(.unreachable)), (.closed, .open(.unreachable)), (.trial, .open(.unreachable)):
      logger.warning("application cannot be reached, receiving paused", metadata: metadata)
    case (.closed, .open(.refusing)):
      logger.warning(
        "application refuses messages, receiving paused: \(Circuit.refusalsToOpen) different ones in a row",
        metadata: metadata)
    case (.closed, .closed) where after.limit.isLowered:
      metadata["connections"] = .stringConvertible(after.limit.current)
      logger.warning("application asks for less, concurrency lowered", metadata: metadata)
    case (.closed, .closed):
      logger.info("concurrency is back", metadata: metadata)
    case (_, .closed):
      metadata["paused"] = .stringConvertible(after.openedAt.duration(to: now).inSeconds)
      if after.limit.isLowered { metadata["connections"] = .stringConvertible(after.limit.current) }
      logger.info("application takes messages again, receiving", metadata: metadata)
    // A trial, and a trial in vain, are no news.
    default: break
    }
  }
}
