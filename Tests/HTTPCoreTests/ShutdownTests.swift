import HTTPCore
import TestSupport
import Testing

/// Graceful shutdown, and its hard end.
@Suite(.timeLimit(.minutes(1))) struct ShutdownTests {
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  /// A responder that waits at the gate for /held and answers anything else 503.
  static func responder(_ gate: Gate) -> HTTPResponder {
    { request, exchange in
      guard request.path == "/held" else { return .text(request.path == "/" ? 200 : 503, "draining") }
      await gate.wait()
      return await echo(request, exchange)
    }
  }

  @Test func `a running exchange ends, others get the responder's answer, idle connections close`() async throws {
    let gate = Gate()
    try await withServer(responder: Self.responder(gate)) { server in
      let held = try server.connect()
      try await held.send("POST /held HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
      await gate.untilWaiting()
      let idle = try server.connect()
      try await idle.send(Self.get)
      #expect(try await idle.receiveAnswer().header("Connection") == nil)
      let inside = try server.connect()
      try await inside.send(Self.get + "GET /late HTTP/1.1\r\nHo")
      #expect(try await inside.receiveAnswer().status == 200)
      try await inside.send("st: a\r\n")
      // The server has one event loop: when it answers this, it has read that.
      try await idle.send(Self.get)
      _ = try await idle.receiveAnswer()

      await server.beginGracefulShutdown()
      #expect(try await idle.receiveToEnd() == [])
      try await inside.send("\r\n")
      let late = try await inside.receiveAnswer()
      #expect(late.status == 503)
      #expect(late.header("Connection") == "close")
      for _ in 0..<3 {
        let new = try server.connect()
        try await new.send("GET /new HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try await new.receiveAnswer()
        #expect(answer.status == 503)
        #expect(answer.header("Connection") == "close")
        #expect(try await new.receiveToEnd() == [])
      }
      gate.open()
      let answer = try await held.receiveAnswer()
      #expect(answer.text == "hello")
      #expect(answer.header("Connection") == "close")
      #expect(try await held.receiveToEnd() == [])
    }
  }

  @Test func `a server without exchanges ends at once`() async throws {
    let start = ContinuousClock.now
    let clients = try await withServer(drainTimeout: .seconds(600)) { server in
      let fresh = try server.connect()
      let kept = try server.connect()
      try await kept.send(Self.get)
      #expect(try await kept.receiveAnswer().status == 200)
      return [fresh, kept]
    }
    #expect(ContinuousClock.now - start < .seconds(30))
    for client in clients { #expect(try await client.receiveToEnd() == []) }
  }

  @Test func `an exchange that runs on is cut and cancelled at the deadline`() async throws {
    let gate = Gate()
    let ended = Counter()
    let responder: HTTPResponder = { _, exchange in
      await gate.wait()
      // Reached by cancellation only: nobody opens the gate.
      #expect(Task.isCancelled)
      ended.increment()
      return .text(200, "too late")
    }
    let client = try await withServer(drainTimeout: .milliseconds(100), responder: responder) { server in
      let client = try server.connect()
      try await client.send(Self.get)
      await gate.untilWaiting()
      return client
    }
    #expect(ended.value == 1)
    #expect(try await client.receiveToEnd() == [])
  }

  @Test func `cancellation ends everything at once`() async throws {
    let gate = Gate()
    let (bound, continuation) = AsyncStream.makeStream(of: ListenAddress.self)
    let server = HTTPServer(
      address: .tcp(host: "127.0.0.1", port: 0), drainTimeout: .seconds(600), logger: silentLogger,
      onBound: { continuation.yield($0) },
      responder: { request, exchange in
        await gate.wait()
        return await echo(request, exchange)
      })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        await #expect(throws: CancellationError.self) { try await server.run() }
      }
      guard case .tcp(_, let port) = await bound.first(where: { _ in true }) else { return }
      let client = try RawClient(port: port)
      try await client.send(Self.get)
      await gate.untilWaiting()
      group.cancelAll()
      // The cancelled responder's answer may still come before the end.
      _ = try await client.receiveToEnd()
    }
  }
}
