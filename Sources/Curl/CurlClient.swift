// Beanpole's way out to HTTP, and the only module that knows libcurl.
//
//   CurlClient            execute(_:), the interface
//   Loop/CurlLoop         the thread: jobs and commands in, curl_multi_perform, curl_multi_poll
//   Transfers/            what runs on it: TransferTable keeps many, Transfer is one
//   Handles/              sole owners of libcurl's C objects

/// An HTTP client on one thread, with connections kept between requests.
///
/// Usable from any task. Tasks that prefer ``executor`` run on the client's own thread, where a request costs about
/// half as much, because neither its start nor its end changes threads.
package final class CurlClient: Sendable {
  private let loop: CurlLoop

  /// Starts the thread. Up to `maximumConnections` connections are kept open between requests, each for at most
  /// `maximumIdleTime` without use; more requests than that run at once on connections that are closed after them.
  package init(maximumConnections: Int = 64, maximumIdleTime: Duration = .seconds(100)) throws(CurlError) {
    loop = try CurlLoop(keptConnections: max(1, maximumConnections), maximumIdleTime: maximumIdleTime)
    try LoopThread.start(loop)
  }

  deinit { loop.close() }

  /// One request, one answer, whatever its status; redirects are answers like any other. Throws ``CurlError`` only.
  ///
  /// A request other than a bodiless `GET` or `HEAD` is written to at most one connection: when a kept connection turns
  /// out to be closed, the error is ``CurlError/Code/closedBeforeAnswer`` and the caller decides. Cancelling the task
  /// ends the transfer at once and closes its connection.
  package func execute(_ request: CurlRequest) async throws -> CurlResponse {
    try request.checkValidity()
    let call = Call(request)
    return try await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        call.willResume(continuation)
        loop.start(call)
      }
    } onCancel: {
      loop.cancel(call)
    }.get()
  }

  /// The client's thread, for `withTaskExecutorPreference` and `addTask(executorPreference:)`. After ``shutdown()`` the
  /// tasks that prefer it go on, on the global concurrent executor.
  package var executor: any TaskExecutor { loop }

  /// Ends running and later requests with ``CurlError/Code/closed``, closes all connections and ends the thread. Does
  /// not wait for it; every call after the first does nothing.
  package func shutdown() { loop.close() }

  /// Name and version of libcurl and of the libraries it uses, as in "libcurl/7.88.1 OpenSSL/3.0.19".
  package static var libraryVersion: String { CurlLibrary.version }

  /// Whether requests of ``CurlRequest/Version/http2PriorKnowledge`` work with the libcurl that is loaded.
  package static var http2PriorKnowledge: HTTP2Support { CurlLibrary.http2PriorKnowledge }
}
