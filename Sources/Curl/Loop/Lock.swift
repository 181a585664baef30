internal import Glibc

/// A value behind a POSIX mutex.
///
/// Not `Synchronization.Mutex`: it is made of futex calls that ThreadSanitizer does not know, so that every access
/// under it is reported as a race. The sanitizer knows `pthread_mutex_t`.
@safe
final class Lock<Value>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var value: Value

  init(_ value: Value) {
    self.value = value
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// `body` must be short, and must not resume or call anything that may take the lock again.
  func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&value)
  }
}
