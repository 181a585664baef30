/// One request on its way.
package struct FastCGICall: Sendable {
  private let call: Call
  private let pool: BoundPool

  init(_ call: Call, pool: BoundPool) {
    self.call = call
    self.pool = pool
  }

  /// Sends the request and waits for its answer, whatever its status. To be called once.
  ///
  /// A request is written twice only if a kept connection closes as soon as it is written and before a byte of an answer
  /// came: then the application has not read it, and it gets a new connection. There is no time limit on the answer:
  /// that is what ``cancel()`` is for. Cancelling the task does the same.
  package func answer() async throws(FastCGIError) -> FastCGIAnswer {
    let (call, pool) = (call, pool)
    return try await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        call.willResume(continuation)
        pool.perform { $0.start(call) }
      }
    } onCancel: {
      cancel()
    }.get()
  }

  /// Gives the request up: the answer is ``FastCGIError/Code/cancelled`` at once. That closes the connection; php-fpm
  /// notices nothing before its script writes, so the script may run to its end.
  package func cancel() {
    let call = call
    call.markCancelled()
    pool.perform { $0.cancel(call) }
  }
}
