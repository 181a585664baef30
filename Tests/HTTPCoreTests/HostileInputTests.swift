import HTTPCore
import TestSupport
import Testing

/// Splits, cuts and garbage: whatever comes, the server lives and serves the next client.
@Suite(.timeLimit(.minutes(5))) struct HostileInputTests {
  static let samples = [
    "GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: u\r\n\r\n",
  ]

  @Test(arguments: samples) func `every split into two writes is the same request`(sample: String) async throws {
    let bytes = Array(sample.utf8)
    try await withServer { server in
      let client = try server.connect()
      for split in 1..<bytes.count {
        try await client.send(Array(bytes[..<split]))
        // On a connection without delay each write is a packet; the yield lets the server see the first alone, mostly.
        await Task.yield()
        try await client.send(Array(bytes[split...]))
        let answer = try await client.receiveAnswer()
        #expect(answer.status == 200)
        #expect(answer.text == (sample.hasPrefix("P") ? "hello" : ""))
      }
    }
  }

  @Test(arguments: samples) func `every cut is survived`(sample: String) async throws {
    let bytes = Array(sample.utf8)
    try await withServer { server in
      for end in 0..<bytes.count {
        let client = try server.connect()
        try await client.send(Array(bytes[..<end]))
        if end.isMultiple(of: 2) { client.reset() } else { client.shutdownSending() }
        if !end.isMultiple(of: 2) { #expect(try await client.receiveToEnd() == []) }
      }
      try await server.expectToServe()
    }
  }

  @Test(arguments: 0..<16) func `garbage is answered with an error or nothing`(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let accepted = Counter()
    let responder: HTTPResponder = { request, exchange in
      accepted.increment()
      return await echo(request, exchange)
    }
    try await withServer(responder: responder) { server in
      for round in 0..<60 {
        let bytes = round.isMultiple(of: 3) ? Self.noise(&random) : Self.mutated(&random)
        let client = try server.connect()
        do {
          try await client.send(bytes)
          client.shutdownSending()
          let answer = try await client.receiveToEnd()
          #expect(answer.isEmpty || answer.starts(with: Array("HTTP/1.1 ".utf8)))
        } catch RawClientError.reset {
          Issue.record("an answer was lost to a reset: \(bytes)")
        }
      }
      try await server.expectToServe()
      #expect(accepted.value > 0)
    }
  }

  static func noise(_ random: inout SeededGenerator) -> [UInt8] {
    (0..<Int.random(in: 1...3000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  /// Sample requests behind each other with some bytes changed, removed, repeated or put in.
  static func mutated(_ random: inout SeededGenerator) -> [UInt8] {
    var bytes = (0..<Int.random(in: 1...4, using: &random)).flatMap { _ in
      Array((samples.randomElement(using: &random) ?? "").utf8)
    }
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      guard let place = bytes.indices.randomElement(using: &random) else { break }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert([0x0D, 0x0A, 0x20, 0x3A, 0x2C, 0, 0x30].randomElement(using: &random) ?? 0, at: place)
      case 3: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + 20))
      }
    }
    return bytes
  }
}

/// SplitMix64: the same bytes on every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
