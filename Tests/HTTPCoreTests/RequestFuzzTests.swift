import HTTPCore
import TestSupport
import Testing

/// Generated requests, good and hostile, over real connections.
@Suite(.timeLimit(.minutes(10))) struct RequestFuzzTests {
  /// What came back on one connection, up to its end.
  struct Dialogue: Equatable {
    struct Served: Equatable, CustomStringConvertible {
      var target: String
      var body: [UInt8]
      var description: String { "\(target) with \(body.count) bytes" }
    }

    /// The answers to requests that the responder got, in order.
    var served: [Served] = []
    /// The status with which the server refused to go on.
    var refusal: Int?
  }

  /// The client closes its sending side early; what it sent before counts all the same, up to this limit.
  static let limits: HTTPLimits = {
    var limits = HTTPLimits.patient
    limits.readAhead = 1 << 20
    return limits
  }()

  @Test func `good requests are served in order, and nothing behind a hostile one is read`() async throws {
    try await withServer(limits: Self.limits) { server in
      try await Fuzz.run(quick: 150) { random in
        let good = (0..<random.number(0...3)).map { _ in FuzzedRequest.valid(&random) }
        var expected = Dialogue(served: good.map { .init(target: $0.target, body: $0.body) })
        // An empty line before a request is allowed (RFC 9112, section 2.2).
        var bytes = Array(good.map { (random.chance(6) ? Array("\r\n".utf8) : []) + $0.bytes }.joined())
        var name = "nothing hostile"
        if !good.isEmpty, random.chance(4) {
          // Cut short: all but the last are served, and the end is silent.
          name = "a cut"
          let last = good[good.count - 1].bytes.count
          bytes.removeLast(random.number(1...last))
          expected.served.removeLast()
        } else if !random.chance(4) {
          let fault = random.pick(FuzzedRequest.faults)
          name = fault.name
          var hostile = FuzzedRequest.valid(&random)
          fault.apply(&hostile, &random)
          bytes += hostile.bytes + Array("\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
          expected.refusal = 400
        }
        var found = try await Self.dialogue(with: server, bytes, &random)
        if let status = found.refusal, [400, 413, 414, 417, 431, 501, 505].contains(status) { found.refusal = 400 }
        guard found == expected else {
          throw FuzzFinding(
            "\(name): \(found) instead of \(expected) after \(Self.text(bytes))"
          )
        }
      }
      try await server.expectToServe()
    }
  }

  @Test func `what is read does not depend on how it is split, and is always well formed`() async throws {
    let responder: HTTPResponder = { request, exchange in
      if let fault = Self.fault(of: request) { return .text(500, fault) }
      return await echo(request, exchange)
    }
    try await withServer(limits: Self.limits, responder: responder) { server in
      try await Fuzz.run(quick: 150) { random in
        let bytes = random.chance(4) ? random.bytes(1...3_000) : Self.mutated(&random)
        let first = try await Self.dialogue(with: server, bytes, &random)
        let second = try await Self.dialogue(with: server, bytes, &random)
        guard first.served == second.served, (first.refusal == nil) == (second.refusal == nil), first.refusal != 500
        else {
          throw FuzzFinding(
            "\(first) and \(second) after \(Self.text(bytes))")
        }
      }
      try await server.expectToServe()
    }
  }

  static func text(_ bytes: [UInt8]) -> String {
    String(reflecting: String(decoding: bytes.prefix(4_000), as: UTF8.self))
  }

  /// Sends the bytes in pieces of any size, closes the sending side and reads to the end.
  static func dialogue(
    with server: RunningServer, _ bytes: [UInt8], _ random: inout SeededRandom
  ) async throws -> Dialogue {
    let client = try server.connect()
    do {
      if random.chance(2) {
        try await client.send(bytes)
      } else {
        try await client.send(bytes, inPiecesOf: random.number(max(1, bytes.count / 60)...max(1, bytes.count)))
      }
    } catch RawClientError.reset {
      // Refused, and closed, before all was sent; the answer has come all the same.
    }
    client.shutdownSending()
    var dialogue = Dialogue()
    do {
      while true {
        let answer = try await client.receiveAnswer()
        guard dialogue.refusal == nil else { throw FuzzFinding("another answer behind a refusal") }
        if answer.status == 200 {
          dialogue.served.append(.init(target: answer.header("X-Target") ?? "", body: answer.body))
        } else {
          dialogue.refusal = answer.status
          guard answer.header("Connection") == "close" else { throw FuzzFinding("\(answer.status) without close") }
        }
      }
    } catch RawClientError.ended {
      let rest = try await client.receiveToEnd()
      guard rest.isEmpty else { throw FuzzFinding("\(rest.count) bytes that are no answer") }
    }
    return dialogue
  }

  /// What the responder must never be given.
  static func fault(of request: HTTPRequest) -> String? {
    guard request.method.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return "method" }
    guard request.target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return "target" }
    for (name, value) in request.headers {
      guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }) else { return "a name" }
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { return "a value" }
    }
    let lengths = request.headers.values("Content-Length")
    let codings = request.headers.values("Transfer-Encoding")
    guard lengths.count + codings.count <= 1, lengths.allSatisfy({ Int($0) == request.body.count }) else {
      return "framing"
    }
    return !lengths.isEmpty || !codings.isEmpty || request.body.isEmpty ? nil : "a body without framing"
  }

  /// Good requests behind each other with some bytes changed, removed, repeated or put in.
  static func mutated(_ random: inout SeededRandom) -> [UInt8] {
    var bytes = (0..<random.number(1...4)).flatMap { _ in FuzzedRequest.valid(&random).bytes }
    for _ in 0..<random.number(0...6) where !bytes.isEmpty {
      let place = random.number(0...bytes.count - 1)
      switch random.number(0...4) {
      case 0: bytes[place] = UInt8(random.number(0...255))
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(random.pick([0x0D, 0x0A, 0x20, 0x3A, 0x2C, 0, 0x30, 0x09, 0x3B]), at: place)
      case 3: bytes.insert(contentsOf: Array(bytes[place...].prefix(40)), at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + 20))
      }
    }
    return bytes
  }
}
