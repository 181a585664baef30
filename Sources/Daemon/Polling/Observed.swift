import Locks

/// A value that tasks can wait for: any number of them, each for a condition of its own.
final class Observed<Value: Sendable>: Sendable {
  private struct Waiter {
    let isMet: @Sendable (Value) -> Bool
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var value: Value
    var waiters: [Int: Waiter] = [:]
    var nextKey = 0
  }

  private let state: Locked<State>

  init(_ value: Value) {
    state = Locked(State(value: value))
  }

  var value: Value { state.withLock { $0.value } }

  /// The same without a copy, for a part of a large value.
  func read<Result>(_ body: (Value) -> Result) -> Result {
    state.withLock { body($0.value) }
  }

  /// Changes the value and wakes those whose condition it meets.
  func update<Result>(_ change: (inout Value) -> Result) -> Result {
    let (result, met) = state.withLock { state in
      let result = change(&state.value)
      guard !state.waiters.isEmpty else { return (result, [Waiter]()) }
      let keys = state.waiters.filter { $0.value.isMet(state.value) }.keys
      return (result, keys.compactMap { state.waiters.removeValue(forKey: $0) })
    }
    for waiter in met { waiter.continuation.resume(returning: true) }
    return result
  }

  /// Returns true once the condition is met, false if the task is cancelled before.
  @discardableResult
  func wait(until isMet: @escaping @Sendable (Value) -> Bool) async -> Bool {
    let key = state.withLock { state in
      state.nextKey += 1
      return state.nextKey
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known: Bool? = state.withLock { state in
          // The cancellation handler may have run already, and found nobody.
          if Task.isCancelled { return false }
          if isMet(state.value) { return true }
          state.waiters[key] = Waiter(isMet: isMet, continuation: continuation)
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      let waiter = state.withLock { $0.waiters.removeValue(forKey: key) }
      waiter?.continuation.resume(returning: false)
    }
  }

  /// The same, but no longer than until a moment: false then too.
  func wait(
    until deadline: ContinuousClock.Instant, clock: ContinuousClock, _ isMet: @escaping @Sendable (Value) -> Bool
  ) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { await self.wait(until: isMet) }
      group.addTask {
        try? await clock.sleep(until: deadline)
        return false
      }
      let first = await group.next() ?? false
      group.cancelAll()
      return first
    }
  }
}
