import HTTPCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct PipeliningTests {
  static func get(_ path: String, _ lines: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: a\r\n\(lines)\r\n"
  }

  @Test func `answers come in the order of the requests, whatever their speed`() async throws {
    let running = Counter()
    let responder: HTTPResponder = { request, exchange in
      running.increment()
      let before = running.value
      // The first ones yield most often, so that later ones would overtake them if they could.
      for _ in 0..<(20 - before) * 10 { await Task.yield() }
      #expect(running.value == before, "two exchanges of one connection at once")
      return await echo(request, exchange)
    }
    try await withServer(responder: responder) { server in
      let client = try server.connect()
      try await client.send((0..<20).map { Self.get("/\($0)") }.joined())
      for number in 0..<20 {
        #expect(try await client.receiveAnswer().header("X-Target") == "/\(number)")
      }
    }
  }

  @Test func `bodies of pipelined requests stay with their requests`() async throws {
    try await withServer { server in
      let client = try server.connect()
      var bytes = ""
      for number in 0..<50 {
        let body = String(repeating: "\(number % 10)", count: number * 37)
        bytes +=
          number.isMultiple(of: 2)
          ? "POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
          : "POST /\(number) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + (body.isEmpty ? "" : String(body.utf8.count, radix: 16) + "\r\n\(body)\r\n") + "0\r\n\r\n"
      }
      try await client.send(bytes)
      for number in 0..<50 {
        let answer = try await client.receiveAnswer()
        #expect(answer.header("X-Target") == "/\(number)")
        #expect(answer.text == String(repeating: "\(number % 10)", count: number * 37))
      }
    }
  }

  @Test func `thousands of pipelined requests are answered without being read ahead`() async throws {
    try await withServer { server in
      let client = try server.connect()
      let count = 5000
      async let sent: Void = client.send(String(repeating: Self.get("/"), count: count))
      try await sent
      for _ in 0..<count { #expect(try await client.receiveAnswer().status == 200) }
    }
  }

  @Test func `nothing after a request with close is answered`() async throws {
    try await withServer { server in
      let client = try server.connect()
      try await client.send(Self.get("/1") + Self.get("/2", "Connection: foo , CLOSE\r\n") + Self.get("/3"))
      #expect(try await client.receiveAnswer().header("Connection") == nil)
      #expect(try await client.receiveAnswer().header("Connection") == "close")
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test func `a bad request behind good ones gets its answer after theirs`() async throws {
    try await withServer { server in
      let client = try server.connect()
      try await client.send(Self.get("/1") + Self.get("/2") + "GET / HTTP/1.1\r\nHost : a\r\n\r\n")
      #expect(try await client.receiveAnswer().header("X-Target") == "/1")
      #expect(try await client.receiveAnswer().header("X-Target") == "/2")
      #expect(try await client.receiveAnswer().status == 400)
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test func `requests sent before the client shut its sending side are all answered`() async throws {
    try await withServer { server in
      let client = try server.connect()
      try await client.send((0..<30).map { Self.get("/\($0)") }.joined())
      client.shutdownSending()
      for number in 0..<30 {
        #expect(try await client.receiveAnswer().header("X-Target") == "/\(number)")
      }
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test func `more than is kept behind a closed sending side ends the connection after the current answer`()
    async throws
  {
    var limits = HTTPLimits.patient
    limits.readAhead = 1000
    let gate = Gate()
    let responder: HTTPResponder = { request, exchange in
      if request.path == "/first" { await gate.wait() }
      return await echo(request, exchange)
    }
    try await withServer(limits: limits, responder: responder) { server in
      let client = try server.connect()
      try await client.send(Self.get("/first"))
      await gate.untilWaiting()
      try await client.send(String(repeating: Self.get("/more"), count: 1000))
      client.shutdownSending()
      // The interim answer shows that the server has seen the end.
      #expect(String(decoding: try await client.receiveSome(), as: UTF8.self).hasPrefix("HTTP/1.1 102 "))
      gate.open()
      let answer = try await client.receiveAnswer()
      #expect(answer.header("X-Target") == "/first")
      #expect(answer.header("Connection") == "close")
      #expect(try await client.receiveToEnd() == [])
    }
  }
}
