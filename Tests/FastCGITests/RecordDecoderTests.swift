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
