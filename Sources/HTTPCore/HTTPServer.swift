package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// A minimal HTTP/1.1 server.
///
/// A task for each connection, run on that connection's event loop, hands its requests to the responder one after the
/// other. Whatever is wrong with a request or its sender is dealt with before that, and ends that connection only.
///
/// On graceful shutdown the listener stays open while any exchange runs, so that a health check and a late request still
/// get the responder's own answer; every answer then says `Connection: close`, and kept connections that wait for a
/// request are closed. When no exchange runs any more, or after `drainTimeout`, everything closes, the tasks of
/// responders that still run are cancelled, and `run()` returns once these have ended.
package struct HTTPServer: Service {
  let address: ListenAddress
  let limits: HTTPLimits
  let drainTimeout: Duration
  let unixSocketMode: UInt32
  let allowed: [AddressRange]?
  let threads: Int
  let logger: Logger
  let onBound: @Sendable (ListenAddress) -> Void
  let screen: @Sendable (HTTPRequest) -> HTTPResponse?
  let responder: HTTPResponder

  /// Makes a server; nothing is opened before `run()`.
  ///
  /// `onBound` gets the address that is listened on, with the port that the system chose for port 0. `unixSocketMode` is
  /// the mode of a Unix socket's file. `allowed` are those who may connect over TCP, nil everybody; others are answered
  /// 403. `screen` is asked with the head of a request whose client waits for 100 (Continue); an answer from it is sent
  /// instead of reading the body, and the responder is not called.
  package init(
    address: ListenAddress,
    limits: HTTPLimits = HTTPLimits(),
    drainTimeout: Duration = .seconds(30),
    unixSocketMode: UInt32 = 0o660,
    allowed: [AddressRange]? = nil,
    threads: Int = 1,
    logger: Logger,
    onBound: @escaping @Sendable (ListenAddress) -> Void = { _ in },
    screen: @escaping @Sendable (HTTPRequest) -> HTTPResponse? = { _ in nil },
    responder: @escaping HTTPResponder
  ) {
    self.address = address
    self.limits = limits
    self.drainTimeout = drainTimeout
    self.unixSocketMode = unixSocketMode
    self.allowed = allowed
    self.threads = max(1, threads)
    self.logger = logger
    self.onBound = onBound
    self.screen = screen
    self.responder = responder
  }

  /// Listens and serves. Returns after a graceful shutdown; throws `HTTPCoreError` if the address cannot be listened on
  /// and `CancellationError` if the task is cancelled, which closes everything at once.
  package func run() async throws {
    let socket = try ListeningSocket(binding: address, unixMode: unixSocketMode)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    let result: Result<Void, any Error>
    do {
      result = .success(try await serve(socket, on: group))
    } catch {
      result = .failure(error)
    }
    socket.removeFile()
    try await group.shutdownGracefully()
    try result.get()
    try Task.checkCancellation()
  }

  private func serve(_ socket: ListeningSocket, on group: MultiThreadedEventLoopGroup) async throws {
    let table = ConnectionTable(limit: limits.connections)
    let context = ServerContext(
      limits: limits, table: table, logger: logger, allowed: allowed, screen: screen)
    let listener = try await Listener(socket, address: address, context: context, group: group)
    onBound(listener.address)
    logger.debug("listening", metadata: ["address": "\(listener.address)"])

    let isDrained = await withDiscardingTaskGroup { tasks in
      tasks.addTask {
        guard (try? await gracefulShutdown()) != nil else { return }
        await drain(table)
        listener.finish()
      }
      for await connection in listener.connections {
        tasks.addTask(executorPreference: connection.executor) { await connection.serve(responder) }
      }
      let isDrained = table.isDraining
      await listener.close()
      for connection in table.end() { connection.perform { $0.close() } }
      tasks.cancelAll()
      return isDrained
    }
    guard isDrained || Task.isCancelled else {
      throw HTTPCoreError(.listenerFailed, "The listener at \(listener.address) was closed by the system.")
    }
  }

  /// Waits until no exchange runs, but not longer than `drainTimeout`.
  private func drain(_ table: ConnectionTable) async {
    for connection in table.beginDraining() { connection.perform { $0.drain() } }
    await withTaskGroup { group in
      group.addTask { await table.untilQuiet() }
      group.addTask { try? await Task.sleep(for: drainTimeout) }
      await group.next()
      group.cancelAll()
    }
  }
}

extension HTTPServer {
  /// A server whose responder and screen are those of a router.
  package init(
    address: ListenAddress,
    limits: HTTPLimits = HTTPLimits(),
    drainTimeout: Duration = .seconds(30),
    unixSocketMode: UInt32 = 0o660,
    allowed: [AddressRange]? = nil,
    threads: Int = 1,
    logger: Logger,
    onBound: @escaping @Sendable (ListenAddress) -> Void = { _ in },
    router: HTTPRouter
  ) {
    self.init(
      address: address, limits: limits, drainTimeout: drainTimeout, unixSocketMode: unixSocketMode,
      allowed: allowed, threads: threads, logger: logger, onBound: onBound, screen: router.refusal(of:),
      responder: { await router.respond(to: $0, exchange: $1) })
  }
}
