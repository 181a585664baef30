import Locks

/// What has to be done about a call by the clock.
final class CallClock: Sendable {
  private struct State: Sendable {
    var terminateAt: ContinuousClock.Instant?
    var tickAt: ContinuousClock.Instant
  }

  /// When to look for the first time.
  let first: Duration
  private let tickInterval: Duration
  private let state: Locked<State>

  init(_ started: ContinuousClock.Instant, timeLimit: Duration?, tickInterval: Duration) {
    first = min(tickInterval, timeLimit ?? tickInterval)
    self.tickInterval = tickInterval
    state = Locked(State(terminateAt: timeLimit.map { started + $0 }, tickAt: started + tickInterval))
  }

  /// Does what is due, and returns when to look again.
  func check(at now: ContinuousClock.Instant, onLimit: () -> Void, onTick: () -> Void) -> Duration {
    let (isOver, isTick, next) = state.withLock { state in
      let isOver = state.terminateAt.map { $0 <= now } ?? false
      let isTick = state.tickAt <= now
      if isOver { state.terminateAt = nil }
      if isTick { state.tickAt = now + tickInterval }
      return (isOver, isTick, min(state.tickAt, state.terminateAt ?? state.tickAt))
    }
    if isOver { onLimit() }
    if isTick { onTick() }
    return now.duration(to: next)
  }
}
