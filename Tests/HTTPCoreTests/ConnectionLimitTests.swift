import HTTPCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConnectionLimitTests {
  static func limits(_ connections: Int) -> HTTPLimits {
    var limits = HTTPLimits.patient
    limits.connections = connections
    return limits
  }

  @Test func `idle connections give way to new ones, the oldest first`() async throws {
    try await withServer(limits: Self.limits(4)) { server in
      var clients: [RawClient] = []
      for _ in 0..<4 {
        let client = try server.connect()
        try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.receiveAnswer().status == 200)
        clients.append(client)
      }
      // Used again, the first is the newest.
      try await clients[0].send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await clients[0].receiveAnswer().status == 200)
      try await server.expectToServe()
      #expect(try await clients[1].receiveToEnd() == [])
      for index in [0, 2, 3] {
        try await clients[index].send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await clients[index].receiveAnswer().status == 200)
      }
    }
  }

  @Test func `a flood of silent connections does not lock anybody out`() async throws {
    try await withServer(limits: Self.limits(8)) { server in
      var flood: [RawClient] = []
      for _ in 0..<100 {
        flood.append(try server.connect())
        if flood.count.isMultiple(of: 20) { try await server.expectToServe() }
      }
      try await server.expectToServe()
    }
  }

  @Test func `when all connections run exchanges, a new one is told so`() async throws {
    let gate = Gate()
    let responder: HTTPResponder = { request, exchange in
      if request.path == "/held" { await gate.wait() }
      return await echo(request, exchange)
    }
    try await withServer(limits: Self.limits(2), responder: responder) { server in
      var held: [RawClient] = []
      for _ in 0..<2 {
        let client = try server.connect()
        try await client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        await gate.untilWaiting()
        held.append(client)
      }
      let extra = try server.connect()
      try await extra.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      let answer = try await extra.receiveAnswer()
      #expect(answer.status == 503)
      #expect(answer.header("Connection") == "close")
      #expect(try await extra.receiveToEnd() == [])
      for _ in held { gate.open() }
      for client in held { #expect(try await client.receiveAnswer().status == 200) }
      try await server.expectToServe()
    }
  }

  @Test func `a client that keeps its connection is not pushed out by a flood of strangers`() async throws {
    try await withServer(limits: Self.limits(8)) { server in
      let kept = try server.connect()
      try await kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await kept.receiveAnswer().status == 200)
      var flood: [RawClient] = []
      for number in 0..<60 {
        flood.append(try server.connect())
        // Silent, inside a head, inside a body.
        try await flood[number].send(
          ["", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"][number % 3])
      }
      try await server.expectToServe()
      try await kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await kept.receiveAnswer().status == 200)
    }
  }

  @Test func `clients that do not read their answers do not lock anybody out`() async throws {
    let (asked, continuation) = AsyncStream.makeStream(of: Void.self)
    let responder: HTTPResponder = { request, exchange in
      guard request.path == "/large" else { return await echo(request, exchange) }
      continuation.yield()
      return HTTPResponse(status: 200, body: [UInt8](repeating: 0, count: 20_000_000))
    }
    try await withServer(limits: Self.limits(2), responder: responder) { server in
      var slow: [RawClient] = []
      var requests = asked.makeAsyncIterator()
      for _ in 0..<2 {
        slow.append(try server.connect(receiveBuffer: 4096))
        try await slow[slow.count - 1].send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        await requests.next()
      }
      try await server.expectToServe()
    }
  }

  @Test func `a request whose client has left counts as long as it is worked on`() async throws {
    let gate = Gate()
    let started = Gate()
    let gone = Gate()
    let responder: HTTPResponder = { request, exchange in
      guard request.path == "/held" else { return await echo(request, exchange) }
      started.open()
      await exchange.untilClientGone()
      gone.open()
      await gate.wait()
      return .text(200, "")
    }
    try await withServer(limits: Self.limits(1), responder: responder) { server in
      let client = try server.connect()
      try await client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
      await started.wait()
      client.reset()
      await gone.wait()
      let extra = try server.connect()
      let answer = try await extra.receiveAnswer()
      #expect(answer.status == 503)
      #expect(answer.header("Retry-After") == "30")
      gate.open()
      while true {
        let next = try server.connect()
        try await next.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        if try await next.receiveAnswer().status == 200 { break }
      }
    }
  }
}
