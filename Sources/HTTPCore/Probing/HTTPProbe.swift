import NIOCore
import NIOPosix

/// Asks a server for its status, as a container's health command does. No name lookup, no TLS, no body.
package struct HTTPProbe: Sendable {
  /// The status of the answer to `GET path`; interim answers are passed over.
  ///
  /// A server that listens on all addresses (0.0.0.0 or ::) is asked at loopback. `timeout` is the time for everything.
  /// Throws `HTTPCoreError`: `.connectFailed`, `.timedOut`, `.badAnswer`, or `.invalidAddress` for a path that is none.
  package static func get(_ address: ListenAddress, path: String, timeout: Duration) async throws -> Int {
    guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw HTTPCoreError(.invalidAddress, "\"\(path)\" is not a path to ask for. It must begin with a slash.")
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let result: Result<Int, any Error>
    do {
      result = .success(try await get(address, path: path, timeout: timeout, group: group))
    } catch {
      result = .failure(error)
    }
    try await group.shutdownGracefully()
    return try result.get()
  }

  private static func get(
    _ address: ListenAddress, path: String, timeout: Duration, group: MultiThreadedEventLoopGroup
  ) async throws -> Int {
    let loop = group.next()
    let answered = loop.makePromise(of: Int.self)
    let late = HTTPCoreError(.timedOut, "\(address) did not answer within \(timeout).")
    let timer = loop.scheduleTask(in: TimeAmount(timeout)) { answered.fail(late) }
    let host: String =
      switch address {
      case .tcp: address.description
      case .unix: "localhost"
      }
    let request = "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
    ClientBootstrap(group: group)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            ProbeExchange(request: request, address: address, answered: answered))
        }
      }
      .connect(to: try socketAddress(address))
      .whenFailure { error in
        let code = (error as? IOError)?.errnoCode
        let reason = code.map(HTTPCoreError.words(for:)) ?? "\(error)"
        answered.fail(HTTPCoreError(.connectFailed, "\(address) cannot be reached: \(reason).", errno: code))
      }
    defer { timer.cancel() }
    return try await answered.futureResult.get()
  }

  private static func socketAddress(_ address: ListenAddress) throws -> SocketAddress {
    switch address {
    case .tcp("0.0.0.0", let port): try SocketAddress(ipAddress: "127.0.0.1", port: port)
    case .tcp("::", let port): try SocketAddress(ipAddress: "::1", port: port)
    case .tcp(let host, let port): try SocketAddress(ipAddress: host, port: port)
    case .unix(let path): try SocketAddress(unixDomainSocketPath: path)
    }
  }
}
