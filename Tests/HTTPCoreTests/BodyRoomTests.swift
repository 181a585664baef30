import HTTPCore
import TestSupport
import Testing

/// The bound on what all bodies together take.
@Suite(.timeLimit(.minutes(1))) struct BodyRoomTests {
  /// Room for two bodies of 100 kB, nearly.
  static let limits: HTTPLimits = {
    var limits = HTTPLimits.patient
    limits.body = 100_000
    limits.bodies = 170_000
    return limits
  }()

  static func post(_ count: Int, _ path: String = "/", lines: String = "") -> String {
    "POST \(path) HTTP/1.1\r\nHost: a\r\n\(lines)Content-Length: \(count)\r\n\r\n"
  }

  static func body(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x62, count: count) }

  static func held(by gate: Gate) -> HTTPResponder {
    { request, _ in
      if request.path == "/held" { await gate.wait() }
      return HTTPResponse(status: 200)
    }
  }

  private func expectRefusal(_ client: RawClient) async throws {
    let answer = try await client.receiveAnswer()
    #expect(answer.status == 503)
    #expect(answer.header("Retry-After") == "30")
    #expect(answer.text == "There is no room for this body beside those of other requests.\n")
    #expect(answer.interim == [])
    #expect(try await client.receiveToEnd() == [])
  }

  @Test func `a body beyond the room is refused before it is sent, and room comes back with the answer`() async throws {
    let gate = Gate()
    try await withServer(limits: Self.limits, responder: Self.held(by: gate)) { server in
      let first = try server.connect()
      let second = try server.connect()
      for client in [first, second] {
        try await client.send(Array(Self.post(100_000, "/held").utf8) + Self.body(100_000))
        await gate.untilWaiting()
      }
      for lines in ["", "Expect: 100-continue\r\n"] {
        let third = try server.connect()
        try await third.send(Self.post(50_000, lines: lines))
        try await expectRefusal(third)
      }
      // Small ones need no room.
      let small = try server.connect()
      for _ in 0..<20 {
        try await small.send(Array(Self.post(16_384).utf8) + Self.body(16_384))
        #expect(try await small.receiveAnswer().status == 200)
      }
      gate.open()
      gate.open()
      for client in [first, second] { #expect(try await client.receiveAnswer().status == 200) }
      for _ in 0..<5 {
        try await first.send(Array(Self.post(100_000).utf8) + Self.body(100_000))
        #expect(try await first.receiveAnswer().status == 200)
      }
    }
  }

  @Test func `a chunked body takes its room as it comes`() async throws {
    let gate = Gate()
    try await withServer(limits: Self.limits, responder: Self.held(by: gate)) { server in
      let first = try server.connect()
      try await first.send(Array(Self.post(100_000, "/held").utf8) + Self.body(100_000))
      await gate.untilWaiting()
      let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      let second = try server.connect()
      try await second.send(Array((head + "ea60\r\n").utf8) + Self.body(60_000) + Array("\r\n0\r\n\r\n".utf8))
      #expect(try await second.receiveAnswer().status == 200)
      let third = try server.connect()
      try await third.send(Array(Self.post(80_000, "/held").utf8) + Self.body(80_000))
      await gate.untilWaiting()
      try await second.send(Array((head + "ea60\r\n").utf8) + Self.body(60_000) + Array("\r\n0\r\n\r\n".utf8))
      try await expectRefusal(second)
      gate.open()
      gate.open()
      #expect(try await first.receiveAnswer().status == 200)
    }
  }

  @Test func `whoever announces a body and does not send it gives way after a while`() async throws {
    var limits = Self.limits
    limits.bodyPatience = .zero
    try await withServer(limits: limits) { server in
      let silent = try server.connect()
      try await silent.send(Self.post(100_000))
      let slow = try server.connect()
      try await slow.send(Array(Self.post(100_000).utf8) + Self.body(99_999))
      let third = try server.connect()
      try await third.send(Array(Self.post(100_000).utf8) + Self.body(100_000))
      #expect(try await third.receiveAnswer().status == 200)
      #expect(try await silent.receiveAnswer().status == 408)
      #expect(try await silent.receiveToEnd() == [])
      // The other one was not in the way.
      try await slow.send("b")
      #expect(try await slow.receiveAnswer().status == 200)
    }
  }

  @Test func `a refused, cut or reset body gives its room back`() async throws {
    try await withServer(limits: Self.limits) { server in
      for round in 0..<30 {
        let client = try server.connect()
        try await client.send(Self.post(100_000) + "some")
        switch round % 3 {
        case 0:
          client.shutdownSending()
          #expect(try await client.receiveToEnd() == [])
        case 1: client.reset()
        default:
          // The server has seen it, and what came before it too, when this one is answered.
          let chunked = try server.connect()
          try await chunked.send(
            Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7530\r\n".utf8)
              + Self.body(30_000) + Array("no line end".utf8))
          #expect(try await chunked.receiveAnswer().status == 400)
          client.close()
        }
      }
      let last = try server.connect()
      try await last.send(Array(Self.post(100_000).utf8) + Self.body(100_000))
      #expect(try await last.receiveAnswer().status == 200)
    }
  }

  @Test func `a body whose client has left takes its room as long as the responder works on it`() async throws {
    let gate = Gate()
    let started = Gate()
    let gone = Gate()
    let responder: HTTPResponder = { request, exchange in
      guard request.path == "/held" else { return HTTPResponse(status: 200) }
      started.open()
      await exchange.untilClientGone()
      gone.open()
      await gate.wait()
      return HTTPResponse(status: 200)
    }
    try await withServer(limits: Self.limits, responder: responder) { server in
      for _ in 0..<2 {
        let client = try server.connect()
        try await client.send(Array(Self.post(100_000, "/held").utf8) + Self.body(100_000))
        await started.wait()
        client.reset()
        await gone.wait()
      }
      let third = try server.connect()
      try await third.send(Self.post(50_000))
      try await expectRefusal(third)
      gate.open()
      gate.open()
      // Given back a moment after the responder has returned.
      while true {
        let last = try server.connect()
        try await last.send(Array(Self.post(50_000).utf8) + Self.body(50_000))
        if try await last.receiveAnswer().status == 200 { break }
      }
    }
  }

  @Test func `one body always fits, whatever room is configured`() async throws {
    var limits = Self.limits
    limits.bodies = 0
    try await withServer(limits: limits) { server in
      let client = try server.connect()
      try await client.send(Array(Self.post(100_000).utf8) + Self.body(100_000))
      #expect(try await client.receiveAnswer().body.count == 100_000)
    }
  }
}
