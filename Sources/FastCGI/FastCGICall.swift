/// One request on its way.
package struct FastCGICall: Sendable {
  private let call: Call
  private let pool: BoundPool

  init(_ call: Call, pool: BoundPool) {
    self.call = call
    self.pool = pool
  }

  /// Looks at something while the answer is waited for, and returns after how long it wants to look again; nil: never.
  package typealias Check = @Sendable () -> Duration?

  /// Sends the request and waits for its answer, whatever its status. To be called once.
  ///
  /// A request is written twice only if a kept connection closes as soon as it is written and before a byte of an answer
  /// came: then the application has not read it, and it gets a new connection. There is no time limit on the answer:
  /// that is what ``cancel()`` is for. Cancelling the task does the same.
  ///
  /// `check` is called on an event loop when `first` has passed, and from then on as it wants. That is a timer of the event
  /// loop: one of a task would cost as much as all the rest of the call.
  package func answer(
    checkingAfter first: Duration? = nil, _ check: @escaping Check = { nil }
  ) async throws(FastCGIError) -> FastCGIAnswer {
    let (call, pool) = (call, pool)
    if let first { call.willCheck(check, after: first) }
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
