import Glibc

/// A thread for one piece of work that waits.
enum WorkerThread {
  private final class Work {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }

  /// Nil, or the errno of the failure, in which case the work is not done.
  static func start(_ body: @escaping @Sendable () -> Void) -> Int32? {
    let work = Work(body)
    var thread = pthread_t()
    let result = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(work).toOpaque())
    guard result == 0 else {
      unsafe Unmanaged.passUnretained(work).release()
      return result
    }
    pthread_detach(thread)
    return nil
  }
}
