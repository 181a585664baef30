import Locks
import NIOCore
import NIOPosix

// Beanpole's way to php-fpm, and the only module that knows FastCGI 1.0.
//
//   FastCGIClient     call(_:), and FastCGICall's answer(): the interface
//   Records/          the wire format, pure: requests out, records in
//   Answers/          from the records of one request to an answer, pure
//   Connections/      kept connections, each with one request at a time

/// Runs requests on a FastCGI application such as php-fpm, over connections that are kept between them.
///
/// Usable from any task. A task that runs on an event loop of SwiftNIO, as a responder of `HTTPServer` does, is served on
/// that loop, so that a request changes threads nowhere on its way.
package final class FastCGIClient: Sendable {
  private struct State: Sendable {
    var pools: [ObjectIdentifier: BoundPool] = [:]
    /// For callers that are on no event loop.
    var home: (any EventLoop)?
  }

  package let address: FastCGIAddress
  private let limits: FastCGILimits
  private let maximumConnections: Int
  private let state = Locked(State())

  /// Opens nothing yet. Up to `maximumConnections` connections are kept open between requests; more requests than that
  /// run at once on connections that are closed after them. The caller decides how many run.
  package init(address: FastCGIAddress, maximumConnections: Int, limits: FastCGILimits = FastCGILimits()) {
    self.address = address
    self.maximumConnections = max(1, maximumConnections)
    self.limits = limits
  }

  deinit { close() }

  /// Prepares a request; ``FastCGICall/answer()`` sends it.
  ///
  /// `onErrorOutput` gets what the application writes to its standard error as it comes, on an event loop: it must
  /// return soon.
  package func call(
    _ request: FastCGIRequest, onErrorOutput: @escaping FastCGIRequest.ErrorOutput = { _ in }
  ) throws(FastCGIError) -> FastCGICall {
    let call = Call(
      bytes: try RequestEncoder.encode(request), assembly: AnswerAssembly(request, headLimit: limits.headBytes),
      onErrorOutput: onErrorOutput)
    return FastCGICall(call, pool: pool())
  }

  /// Closes the connections that carry no request, and keeps none from now on.
  package func close() {
    let pools = state.withLock { Array($0.pools.values) }
    for pool in pools { pool.perform { $0.close() } }
  }

  /// The pool of the event loop that the caller runs on.
  private func pool() -> BoundPool {
    let current = MultiThreadedEventLoopGroup.currentEventLoop
    return state.withLock { state in
      let loop = current ?? state.home ?? MultiThreadedEventLoopGroup.singleton.next()
      if current == nil { state.home = loop }
      let key = ObjectIdentifier(loop)
      if let pool = state.pools[key] { return pool }
      let pool = BoundPool(
        ConnectionPool(address: address, limits: limits, kept: maximumConnections, eventLoop: loop), eventLoop: loop)
      state.pools[key] = pool
      return pool
    }
  }
}
