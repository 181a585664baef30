import Glibc

/// A value behind a lock of the C library.
///
/// Not `Synchronization.Mutex`: it is made of futex calls, into which the thread sanitizer does not see, so it reports
/// races where there are none. It knows `pthread_mutex_t`.
@safe
package final class Locked<Value>: @unchecked Sendable {
  // On the heap, because a mutex must not move while it is in use.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  package init(_ value: Value) {
    self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    // Fails only for attributes that the default ones do not have.
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Runs `body` with the value to itself. It must be short and must not call out: no continuation resumed, nothing
  /// waited for, this lock not taken again.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
