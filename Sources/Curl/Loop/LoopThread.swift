internal import Glibc

/// Starts the thread of a loop. A thread of its own, because the cooperative pool's threads must not wait for sockets.
enum LoopThread {
  /// The thread keeps the loop alive until `run` returns; nobody joins it.
  static func start(_ loop: CurlLoop) throws(CurlError) {
    let context = unsafe Unmanaged.passRetained(loop)
    var thread = pthread_t()
    let result = unsafe pthread_create(
      &thread, nil,
      { context in
        if let context = unsafe context { unsafe Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, context.toOpaque())
    guard result == 0 else {
      unsafe context.release()
      throw CurlError(
        code: .other, message: "no thread for the HTTP client: \(unsafe String(cString: strerror(result)))")
    }
    pthread_detach(thread)
  }
}
