import Foundation

/// A value that tests and the things they test wait on, so that no test sleeps to be safe.
///
/// `NSCondition` is a POSIX mutex and condition, which ThreadSanitizer knows.
package final class TestSignal<Value: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var value: Value
  private var waiters: [Int: Waiter] = [:]
  private var nextWaiter = 0

  private struct Waiter {
    let isSatisfied: @Sendable (Value) -> Bool
    let continuation: CheckedContinuation<Value, any Error>
  }

  package init(_ value: Value) { self.value = value }

  package var current: Value {
    condition.withLock { value }
  }

  /// Changes the value and resumes those who waited for it to become so.
  package func update(_ change: (inout Value) -> Void) {
    let (value, satisfied) = condition.withLock {
      change(&self.value)
      condition.broadcast()
      let satisfied = waiters.filter { $0.value.isSatisfied(self.value) }
      for key in satisfied.keys { waiters[key] = nil }
      return (self.value, satisfied.values)
    }
    for waiter in satisfied { waiter.continuation.resume(returning: value) }
  }

  /// Returns the first value that satisfies the condition; throws when the task is cancelled before.
  @discardableResult
  package func wait(until isSatisfied: @escaping @Sendable (Value) -> Bool) async throws -> Value {
    let key = condition.withLock {
      nextWaiter += 1
      return nextWaiter
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let now: Result<Value, any Error>? = condition.withLock {
          if Task.isCancelled { return .failure(CancellationError()) }
          if isSatisfied(value) { return .success(value) }
          waiters[key] = Waiter(isSatisfied: isSatisfied, continuation: continuation)
          return nil
        }
        if let now { continuation.resume(with: now) }
      }
    } onCancel: {
      let waiter = condition.withLock { waiters.removeValue(forKey: key) }
      waiter?.continuation.resume(throwing: CancellationError())
    }
  }

  /// The same for a thread of the test's own, which it blocks. Never to be called in a task.
  package func block(until isSatisfied: (Value) -> Bool) {
    condition.withLock {
      while !isSatisfied(value) { condition.wait() }
    }
  }
}
