import Glibc

/// A value that several threads read and replace.
///
/// The lock is a pthread mutex and not `Synchronization.Mutex`: ThreadSanitizer does not see the latter on Linux and
/// reports races that are none. `@safe`: the pointer is private, and valid from init to deinit.
@safe
final class LockedBox<Value: Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var stored: Value

  init(_ value: Value) {
    stored = value
    unsafe mutex = UnsafeMutablePointer.allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    // Fails only for attributes that the default ones do not have.
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deinitialize(count: 1)
    unsafe mutex.deallocate()
  }

  var value: Value {
    get {
      unsafe pthread_mutex_lock(mutex)
      defer { unsafe pthread_mutex_unlock(mutex) }
      return stored
    }
    set {
      unsafe pthread_mutex_lock(mutex)
      defer { unsafe pthread_mutex_unlock(mutex) }
      stored = newValue
    }
  }
}
