import NIOCore
import TestSupport
import Testing

@testable import FastCGI

struct RecordDecoderTests {
  /// Both streams, padding, records without content, records that we did not ask for, two requests behind each other.
  static let conversation =
    Records.errorOutput("PHP Warning", padding: 5) + Records.record(6)
    + Records.output("Status: 500\r\n\r\n", padding: 1)
    + Records.record(10, Array("\u{F}\u{1}FCGI_MPXS_CONNS0".utf8), padding: 7, requestID: 0) + Records.output("body")
    + Records.record(11, [99, 0, 0, 0, 0, 0, 0, 0], requestID: 0) + Records.record(200, [1, 2, 3], requestID: 77)
    + Records.record(7, padding: 255) + Records.end(3, padding: 2) + Records.output("more")
    + Records.end(protocolStatus: 2)

  @Test func `a conversation is what its records say`() {
    let decoded = Decoded(Self.conversation)
    #expect(decoded.output == Array("Status: 500\r\n\r\nbodymore".utf8))
    #expect(decoded.errorOutput == Array("PHP Warning".utf8))
    #expect(decoded.ends.map(\.applicationStatus) == [3, 0])
    #expect(decoded.ends.map(\.protocolStatus) == [.requestComplete, .overloaded])
    #expect(decoded.fault == nil && decoded.isBetweenRecords)
  }

  @Test func `every split into two pieces is the same conversation`() {
    let bytes = Self.conversation
    let whole = Decoded(bytes)
    for split in 1..<bytes.count {
      #expect(Decoded([Array(bytes[..<split]), Array(bytes[split...])]) == whole, "at \(split)")
    }
  }

  @Test func `one byte at a time is the same conversation`() {
    #expect(Decoded(Self.conversation.map { [$0] }) == Decoded(Self.conversation))
  }

  @Test func `every cut is an unfinished record and no error`() {
    let bytes = Self.conversation
    var boundaries = 0
    for end in 0..<bytes.count {
      let decoded = Decoded(Array(bytes[..<end]))
      #expect(decoded.fault == nil)
      if decoded.isBetweenRecords { boundaries += 1 }
    }
    #expect(boundaries == 11)
  }

  @Test func `a record of 65,535 bytes`() {
    let content = (0..<65_535).map { UInt8(truncatingIfNeeded: $0) }
    #expect(Decoded(Records.record(6, content, padding: 255)).output == content)
  }

  @Test(arguments: [0, 2, 0xFF, UInt8(ascii: "H")]) func `another version is an error`(version: UInt8) {
    let decoded = Decoded(Records.output("a") + Records.record(6, [1], version: version))
    #expect(decoded.output == [0x61])
    let reason =
      version == UInt8(ascii: "H")
      ? "answers in HTTP, not in FastCGI: is that the port of a web server?"
      : "sent a record of version \(version), which is not FastCGI 1.0"
    #expect(decoded.fault == reason)
  }

  @Test(arguments: [3, 6, 7] as [UInt8], [0, 2, 256, 65_535] as [UInt16])
  func `an answer to another request is an error`(type: UInt8, requestID: UInt16) {
    let fault = Decoded(Records.record(type, [UInt8](repeating: 0, count: 8), requestID: requestID)).fault
    #expect(fault == "answered a request \(requestID) that was not made")
  }

  @Test(arguments: [1, 2, 4, 5, 8, 9] as [UInt8]) func `what only clients send is an error`(type: UInt8) {
    #expect(Decoded(Records.record(type)).fault == "sent a record of type \(type), which only its clients may send")
  }

  @Test(arguments: 0..<8) func `an end that is too short is an error`(length: Int) {
    let fault = Decoded(Records.record(3, [UInt8](repeating: 0, count: length))).fault
    #expect(fault == "sent the end of a request in \(length) bytes instead of 8")
  }

  @Test func `an end with more than its eight bytes ends as well`() {
    let decoded = Decoded(Records.record(3, [0, 0, 1, 2, 0, 0, 0, 0, 9, 9, 9], padding: 1) + Records.output("x"))
    #expect(decoded.ends.map(\.applicationStatus) == [258] && decoded.output == [0x78])
  }

  @Test(
    arguments: [
      (0, nil), (1, "takes no second request on a connection"), (2, "is overloaded"),
      (3, "does not play the role of a responder"),
      (4, "ended the request with a protocol status that FastCGI 1.0 does not know"),
      (255, "ended the request with a protocol status that FastCGI 1.0 does not know"),
    ] as [(UInt8, String?)])
  func `each protocol status has its words`(status: UInt8, words: String?) {
    #expect(Decoded(Records.end(protocolStatus: status)).ends.first?.refusal == words)
  }
}

/// A minute of this is part of the long tests: the seeds are the argument.
struct RecordDecoderHostileTests {
  @Test(arguments: 0..<8 as Range<UInt64>) func `whatever comes, and in whatever pieces, is read the same way`(
    seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    var (faults, ends) = (0, 0)
    for round in 0..<400 {
      let bytes = round.isMultiple(of: 4) ? Self.noise(&random) : Self.mutated(&random)
      let whole = Decoded(bytes)
      #expect(Decoded(Self.torn(bytes, &random)) == whole, "seed \(seed), round \(round)")
      #expect(whole.output.count + whole.errorOutput.count <= bytes.count)
      faults += whole.fault == nil ? 0 : 1
      ends += whole.ends.count
    }
    #expect(faults > 0 && ends > 0)
  }

  @Test(arguments: 100..<104 as Range<UInt64>) func `whatever a script writes is an answer or an error`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var (answers, faults) = (0, 0)
    for _ in 0..<400 {
      let head = Self.scramble(Array("Status: 404 Not Found\r\nX-A: b\nRetry-After: 30\r\n\r\nbody".utf8), &random)
      var assembly = AnswerAssembly(FastCGIRequest(parameters: []), headLimit: 60)
      do throws(BadAnswer) {
        for piece in Self.torn(head, &random) { try assembly.append(ByteBuffer(bytes: piece)) }
        let answer = try assembly.answer(EndRequest(0), connectionWasReused: false)
        #expect((200...599).contains(answer.status) && answer.bodyLength <= head.count)
        answers += 1
      } catch {
        #expect(!error.reason.isEmpty)
        faults += 1
      }
    }
    #expect(answers > 0 && faults > 0)
  }

  static func noise(_ random: inout SeededRandom) -> [UInt8] {
    (0..<Int.random(in: 1...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  static func mutated(_ random: inout SeededRandom) -> [UInt8] {
    scramble(RecordDecoderTests.conversation, &random)
  }

  /// With some bytes changed, removed, repeated or put in.
  static func scramble(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      guard let place = bytes.indices.randomElement(using: &random) else { break }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert([0x0D, 0x0A, 0x20, 0x3A, 0, 1, 6].randomElement(using: &random) ?? 0, at: place)
      case 3: bytes.insert(contentsOf: Array(bytes[place...].prefix(40)), at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + 8))
      }
    }
    return bytes
  }

  static func torn(_ bytes: [UInt8], _ random: inout SeededRandom) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...24, using: &random))
      pieces.append(Array(piece))
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }
}
