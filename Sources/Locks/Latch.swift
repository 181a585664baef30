/// Something that happens at most once and that any number of tasks may wait for.
package final class Latch: Sendable {
  private enum Waiter: Sendable {
    case task(CheckedContinuation<Void, Never>)
    case action(@Sendable () -> Void)

    func tell() {
      switch self {
      case .task(let continuation): continuation.resume()
      case .action(let action): action()
      }
    }
  }

  private struct State: Sendable {
    var isOpen = false
    var lastNumber = 0
    var waiters: [Int: Waiter] = [:]
  }

  private let state = Locked(State())

  package init() {}

  package var isOpen: Bool { state.withLock(\.isOpen) }

  package func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [:] }
      return state.waiters
    }
    for waiter in waiters.values { waiter.tell() }
  }

  /// Returns when the latch is open or the task is cancelled.
  package func wait() async {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // Looking at the flag under the lock closes the gap: a cancellation that is not seen here finds the waiter below.
        let waits = state.withLock { state in
          guard !state.isOpen, !Task.isCancelled else { return false }
          state.waiters[number] = .task(continuation)
          return true
        }
        if !waits { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: number) }?.tell()
    }
  }

  /// Calls `action` once, when the latch opens, on the thread that opens it; at once if it is open already. Cheaper than
  /// a task that waits. Returns a number for ``forget(_:)``.
  package func whenOpen(_ action: @escaping @Sendable () -> Void) -> Int {
    let (number, isOpen) = state.withLock { state in
      state.lastNumber += 1
      if !state.isOpen { state.waiters[state.lastNumber] = .action(action) }
      return (state.lastNumber, state.isOpen)
    }
    if isOpen { action() }
    return number
  }

  /// The action of that number is not called any more, unless that has begun.
  package func forget(_ number: Int) {
    state.withLock { _ = $0.waiters.removeValue(forKey: number) }
  }
}
