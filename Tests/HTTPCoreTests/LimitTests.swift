import HTTPCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct LimitTests {
  static let limits: HTTPLimits = {
    var limits = HTTPLimits.patient
    limits.body = 1000
    limits.headerBytes = 2000
    limits.headerCount = 20
    limits.targetBytes = 500
    return limits
  }()

  @Test(arguments: [
    (200, 500, 1, 10, 0), (414, 501, 1, 10, 0), (414, 100_000, 1, 10, 0), (431, 10, 1, 2000, 0),
    (431, 10, 1, 100_000, 0), (200, 10, 19, 10, 0), (431, 10, 20, 10, 0), (431, 10, 5000, 10, 0),
    (200, 10, 1, 10, 1000), (413, 10, 1, 10, 1001), (413, 10, 1, 10, 5_000_000), (200, 500, 19, 90, 1000),
  ])
  func `sizes are limited`(status: Int, target: Int, fields: Int, value: Int, body: Int) async throws {
    let text =
      "POST /\(String(repeating: "t", count: target - 1)) HTTP/1.1\r\nHost: a\r\n"
      + String(repeating: "X: \(String(repeating: "v", count: value))\r\n", count: fields)
    let sample = String(repeating: "b", count: body)
    try await withServer(limits: Self.limits) { server in
      for isChunked in [false, true] where !isChunked || fields < 19 {
        let client = try server.connect()
        let rest =
          isChunked
          ? "Transfer-Encoding: chunked\r\n\r\n" + (body == 0 ? "" : "\(String(body, radix: 16))\r\n\(sample)\r\n")
            + "0\r\n\r\n"
          : body == 0 ? "\r\n" : "Content-Length: \(body)\r\n\r\n\(sample)"
        // A limit on the number of fields counts Content-Length too.
        let isOneMore = !isChunked && body > 0 && fields == 19
        try? await client.send(text + rest)
        let answer = try await client.receiveAnswer()
        #expect(answer.status == (isOneMore ? 431 : status))
        #expect(answer.header("Connection") == (answer.status == 200 ? nil : "close"))
        try await server.expectToServe()
      }
    }
  }

  @Test func `trailer fields are limited like header fields`() async throws {
    try await withServer(limits: Self.limits) { server in
      let client = try server.connect()
      try await client.send(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
          + String(repeating: "X: y\r\n", count: 30) + "\r\n")
      #expect(try await client.receiveAnswer().status == 431)
      #expect(try await client.receiveToEnd() == [])
    }
  }

  @Test(arguments: ["GET / HTTP/1.1\r\nHost: a\r\nX:", "GET / HTTP/1.1\r\nHost: a\r\nX: y"])
  func `blanks without end are header bytes`(start: String) async throws {
    try await withServer(limits: Self.limits) { server in
      let client = try server.connect()
      try? await client.send(start + String(repeating: " ", count: 200_000))
      #expect(try await client.receiveAnswer().status == 431)
      try await server.expectToServe()
    }
  }

  @Test func `a client that goes on sending after its refusal can still read it`() async throws {
    try await withServer(limits: Self.limits) { server in
      let client = try server.connect()
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n")
      for _ in 0..<30 { try await client.send([UInt8](repeating: 0x62, count: 10_000)) }
      #expect(try await client.receiveAnswer().status == 413)
      #expect(try await client.receiveToEnd() == [])
    }
  }

  /// How far a client comes before it falls silent, and which limit then ends it.
  struct Silence: Sendable {
    let limit: any WritableKeyPath<HTTPLimits, Duration> & Sendable
    let bytes: String
    let status: Int?
  }

  @Test(
    arguments: [
      Silence(limit: \.idleTime, bytes: "", status: nil),
      Silence(limit: \.headerTime, bytes: "\r\n", status: 408),
      Silence(limit: \.headerTime, bytes: "GET / HT", status: 408),
      Silence(limit: \.headerTime, bytes: "GET / HTTP/1.1\r\nHost: a\r\n\r", status: 408),
      Silence(
        limit: \.bodyTime, bytes: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel", status: 408),
      Silence(
        limit: \.bodyTime, bytes: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        status: 408),
    ])
  func `a silent client is let go`(_ silence: Silence) async throws {
    var limits = HTTPLimits.patient
    limits[keyPath: silence.limit] = .milliseconds(500)
    try await withServer(limits: limits) { server in
      let client = try server.connect()
      try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await client.receiveAnswer().status == 200)
      try await client.send(silence.bytes)
      if let status = silence.status { #expect(try await client.receiveAnswer().status == status) }
      #expect(try await client.receiveToEnd() == [])
      try await server.expectToServe()
    }
  }

  @Test func `a client that connects and says nothing is let go`() async throws {
    var limits = HTTPLimits.patient
    limits.headerTime = .milliseconds(500)
    try await withServer(limits: limits) { server in
      #expect(try await server.connect().receiveToEnd() == [])
      try await server.expectToServe()
    }
  }

  @Test(arguments: ["GET / HTTP/1.1\r\nHost: a\r\nX: ", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n"])
  func `a client that sends a byte now and then does not get more time`(start: String) async throws {
    var limits = HTTPLimits.patient
    limits.headerTime = .milliseconds(500)
    limits.bodyTime = .milliseconds(500)
    limits.lingerTime = .milliseconds(100)
    try await withServer(limits: limits) { server in
      let client = try server.connect()
      try await client.send(start)
      // Sending goes on until the server has closed; were the limit a gap between bytes, that would be at the end of what
      // there is to send. The pause is the slowness that is tested.
      var sent = 0
      do {
        while sent < 2000 {
          try await client.send("y")
          sent += 1
          try await Task.sleep(for: .milliseconds(10))
        }
      } catch RawClientError.reset {}
      #expect(sent < 2000)
      try await server.expectToServe()
    }
  }

  @Test func `a client that does not read its answer is let go`() async throws {
    var limits = HTTPLimits.patient
    limits.writeTime = .milliseconds(500)
    let (exchanges, continuation) = AsyncStream.makeStream(of: HTTPExchange.self)
    let responder: HTTPResponder = { request, exchange in
      if request.path == "/" { return .text(200, "") }
      continuation.yield(exchange)
      return HTTPResponse(status: 200, body: [UInt8](repeating: 0, count: 50_000_000))
    }
    try await withServer(limits: limits, responder: responder) { server in
      let client = try server.connect(receiveBuffer: 4096)
      try await client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
      let exchange = await exchanges.first { _ in true }
      await exchange?.untilClientGone()
      try await server.expectToServe()
    }
  }
}
