import HTTPCore
import Logging
import ServiceLifecycle
import TestSupport
import Testing

/// A server on a port of its own, for the length of a test.
struct RunningServer: Sendable {
  let address: ListenAddress
  let group: ServiceGroup

  var port: Int {
    guard case .tcp(_, let port) = address else { return 0 }
    return port
  }

  func connect(receiveBuffer: Int32? = nil) throws -> RawClient {
    switch address {
    case .tcp(_, let port): try RawClient(port: port, receiveBuffer: receiveBuffer)
    case .unix(let path): try RawClient(unixPath: path)
    }
  }

  func beginGracefulShutdown() async { await group.triggerGracefulShutdown() }

  /// One good request on a connection of its own: what must work after everything that was done to the server.
  func expectToServe(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let client = try connect()
    try await client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    #expect(try await client.receiveAnswer().status == 200, sourceLocation: sourceLocation)
  }
}

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

let echo: HTTPResponder = { request, _ in
  HTTPResponse(status: 200, headers: [("X-Method", request.method), ("X-Target", request.target)], body: request.body)
}

extension HTTPLimits {
  /// The defaults, but with time limits that do not depend on how busy the machine is that runs the tests.
  static var patient: HTTPLimits {
    var limits = HTTPLimits()
    limits.headerTime = .seconds(50)
    limits.bodyTime = .seconds(50)
    limits.idleTime = .seconds(50)
    limits.writeTime = .seconds(50)
    limits.lingerTime = .seconds(50)
    return limits
  }
}

/// Runs a server, calls `body` with it, shuts the server down gracefully and waits for its end.
func withServer<Value: Sendable>(
  at address: ListenAddress = .tcp(host: "127.0.0.1", port: 0),
  limits: HTTPLimits = .patient,
  drainTimeout: Duration = .seconds(10),
  unixSocketMode: UInt32 = 0o660,
  allowed: [AddressRange]? = nil,
  threads: Int = 1,
  logger: Logger = silentLogger,
  screen: @escaping @Sendable (HTTPRequest) -> HTTPResponse? = { _ in nil },
  responder: @escaping HTTPResponder = echo,
  body: (RunningServer) async throws -> Value
) async throws -> Value {
  let (bound, continuation) = AsyncStream.makeStream(of: ListenAddress.self)
  let server = HTTPServer(
    address: address, limits: limits, drainTimeout: drainTimeout, unixSocketMode: unixSocketMode,
    allowed: allowed, threads: threads, logger: logger, onBound: { continuation.yield($0) }, screen: screen,
    responder: responder)
  let group = ServiceGroup(services: [server], gracefulShutdownSignals: [], logger: logger)
  return try await withThrowingTaskGroup { tasks in
    tasks.addTask {
      defer { continuation.finish() }
      try await group.run()
    }
    guard let address = await bound.first(where: { _ in true }) else {
      try await tasks.waitForAll()
      throw RunningServerError.neverBound
    }
    let result: Result<Value, any Error>
    do {
      result = .success(try await body(RunningServer(address: address, group: group)))
    } catch {
      result = .failure(error)
    }
    await group.triggerGracefulShutdown()
    try await tasks.waitForAll()
    return try result.get()
  }
}

enum RunningServerError: Error { case neverBound }
