import Dispatch
import Foundation

/// A value that tests and the things they test wait on, so that no test sleeps to be safe.
///
/// `NSLock` is a POSIX mutex, which ThreadSanitizer knows.
package final class TestSignal<Value: Sendable>: @unchecked Sendable {
  private struct Waiter {
    let isSatisfied: (Value) -> Bool
    let resume: (Result<Value, any Error>) -> Void
  }

  private let lock = NSLock()
  private var value: Value
  private var waiters: [Int: Waiter] = [:]
  private var nextKey = 0

  package init(_ value: Value) { self.value = value }

  package var current: Value { lock.withLock { value } }

  /// Changes the value and wakes those, and only those, who waited for it to become so.
  package func update(_ change: (inout Value) -> Void) {
    let (value, satisfied) = lock.withLock {
      change(&self.value)
      let keys = waiters.filter { $0.value.isSatisfied(self.value) }.keys
      return (self.value, keys.compactMap { waiters.removeValue(forKey: $0) })
    }
    for waiter in satisfied { waiter.resume(.success(value)) }
  }

  /// Returns the first value that satisfies the condition; throws when the task is cancelled before.
  @discardableResult
  package func wait(until isSatisfied: @escaping @Sendable (Value) -> Bool) async throws -> Value {
    let key = lock.withLock {
      nextKey += 1
      return nextKey
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        add(Waiter(isSatisfied: isSatisfied) { continuation.resume(with: $0) }, key: key)
      }
    } onCancel: {
      lock.withLock { waiters.removeValue(forKey: key) }?.resume(.failure(CancellationError()))
    }
  }

  private func add(_ waiter: Waiter, key: Int) {
    let now: Result<Value, any Error>? = lock.withLock {
      // The cancellation handler of this task may have run already, and found nobody to resume.
      if Task.isCancelled { return .failure(CancellationError()) }
      if waiter.isSatisfied(value) { return .success(value) }
      waiters[key] = waiter
      return nil
    }
    if let now { waiter.resume(now) }
  }

  /// The same for a thread of the test's own, which it blocks. Never to be called in a task.
  package func block(until isSatisfied: @escaping (Value) -> Bool) {
    let semaphore = DispatchSemaphore(value: 0)
    let key = lock.withLock {
      nextKey += 1
      return nextKey
    }
    add(Waiter(isSatisfied: isSatisfied) { _ in semaphore.signal() }, key: key)
    semaphore.wait()
  }
}
