import TestSupport
import Testing

@testable import SQSD

struct MessageHeadersTests {
  private static let full = MessageContext(
    messageID: "1864c87e-0000-4000-8000-000000000001", queue: "jobs.fifo", receiveCount: 3,
    firstReceivedAt: Timestamp(secondsSince1970: 1_692_107_873), sentAt: Timestamp(secondsSince1970: 1_692_107_870),
    senderID: "AROAEXAMPLE:i-0abc", path: "/queue",
    task: PeriodicTask(name: "nightly report", scheduledAt: Timestamp(secondsSince1970: 1_692_107_820)),
    traceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", messageGroupID: "tenant-7",
    attributes: [.init(name: "vendorUserId", value: "u 1"), .init(name: "n", value: "42.5")])

  @Test func `a message becomes exactly the headers of a Beanstalk worker, and ours for trace and group`() {
    let fields = MessageHeaders.encode(Self.full).fields
    let expected = [
      "X-Aws-Sqsd-Msgid": "1864c87e-0000-4000-8000-000000000001", "X-Aws-Sqsd-Queue": "jobs.fifo",
      "X-Aws-Sqsd-Receive-Count": "3", "X-Aws-Sqsd-First-Received-At": "2023-08-15T13:57:53Z",
      "X-Aws-Sqsd-Sent-At": "2023-08-15T13:57:50Z", "X-Aws-Sqsd-Sender-Id": "AROAEXAMPLE:i-0abc",
      "X-Aws-Sqsd-Path": "/queue", "X-Aws-Sqsd-Taskname": "nightly report",
      "X-Aws-Sqsd-Scheduled-At": "2023-08-15T13:57:00Z",
      "X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
      "X-Aws-Sqsd-Message-Group-Id": "tenant-7", "X-Aws-Sqsd-Attr-vendorUserId": "u 1", "X-Aws-Sqsd-Attr-n": "42.5",
    ]
    #expect(Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a }) == expected)
    #expect(fields.count == expected.count)
  }

  @Test func `a server reads back what the daemon wrote`() {
    #expect(MessageHeaders.decode(MessageHeaders.encode(Self.full).fields) == Self.full)
  }

  @Test func `names are matched in any case, blanks around values do not matter, and the first of two counts`() {
    let fields: [(name: String, value: String)] = [
      ("x-aws-sqsd-msgid", " a "), ("X-AWS-SQSD-MSGID", "b"), ("X-aws-sqsd-Receive-count", "many"),
      ("X-Aws-Sqsd-First-Received-At", "1692107873000"), ("X-Aws-Sqsd-Attr-A", "1"), ("x-aws-sqsd-attr-a", "2"),
      ("Host", "localhost"),
    ]
    let context = MessageHeaders.decode(fields)
    #expect(context.messageID == "a")
    #expect(context.receiveCount == nil)
    #expect(context.firstReceivedAt?.description == "2023-08-15T13:57:53Z")
    #expect(context.attributes == [.init(name: "A", value: "1")])
  }

  @Test func `no headers at all are an empty context`() {
    let none: [(name: String, value: String)] = []
    #expect(MessageHeaders.decode(none) == MessageContext())
  }

  @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\u{0}b", "a\u{7F}", "\u{1B}[31m"])
  func `an attribute value that could split a header is left out, counted and named`(value: String) {
    let encoded = MessageHeaders.encode(
      MessageContext(attributes: [.init(name: "bad", value: value), .init(name: "good", value: "é 😀")]))
    #expect(encoded.fields.map(\.name) == ["X-Aws-Sqsd-Attr-good", "X-Aws-Sqsd-Attrs-Omitted"])
    #expect(encoded.fields.last?.value == "1")
    #expect(encoded.omissions == [.init(name: "bad", reason: .value)])
  }

  @Test(arguments: ["", "a b", "a:b", "a\r\n", "ä", "a\u{0}", "(a)"])
  func `an attribute whose name is no token is left out`(name: String) {
    let encoded = MessageHeaders.encode(MessageContext(attributes: [.init(name: name, value: "x")]))
    #expect(encoded.omissions == [.init(name: name, reason: .name)])
  }

  @Test func `system values are checked too`() {
    let encoded = MessageHeaders.encode(MessageContext(senderID: "a\r\nb", traceHeader: "Root=1\n"))
    #expect(encoded.fields.isEmpty)
    #expect(encoded.omissions.map(\.name) == ["X-Aws-Sqsd-Sender-Id", "X-Amzn-Trace-Id"])
  }

  @Test func `control attributes are never echoed and not counted as left out`() {
    let encoded = MessageHeaders.encode(
      MessageContext(attributes: [.init(name: "beanstalk.sqsd.path", value: "/x"), .init(name: "a.b_c", value: "1")]))
    #expect(encoded.fields.map(\.name) == ["X-Aws-Sqsd-Attr-a.b_c"])
    #expect(encoded.omissions.isEmpty)
  }

  @Test func `two attributes that differ in case only: the first is kept`() {
    let encoded = MessageHeaders.encode(
      MessageContext(attributes: [.init(name: "Id", value: "1"), .init(name: "ID", value: "2")]))
    #expect(encoded.fields.first?.value == "1")
    #expect(encoded.omissions == [.init(name: "ID", reason: .sameName)])
  }

  @Test func `attributes are limited to 8 KiB each and 32 KiB together, and small ones still fit behind a large one`() {
    let attributes =
      [MessageContext.Attribute(name: "huge", value: String(repeating: "h", count: 900 * 1024))]
      + (0..<5).map { .init(name: "a\($0)", value: String(repeating: "x", count: 8 * 1024 - 2)) }
      + [.init(name: "", value: "")]
    let encoded = MessageHeaders.encode(MessageContext(attributes: attributes))
    #expect(
      encoded.fields.map(\.name)
        == (0..<4).map { "X-Aws-Sqsd-Attr-a\($0)" } + ["X-Aws-Sqsd-Attrs-Omitted"])
    #expect(encoded.omissions.map(\.reason) == [.tooLarge, .noRoom, .name])
    let size = encoded.fields.reduce(0) { $0 + $1.value.utf8.count }
    #expect(size <= 32 * 1024)
  }

  @Test func `visible text without outer blanks makes the round trip, whatever it says`() {
    var random = SeededRandom(seed: 42)
    let names = Array("abcXYZ019-_.".unicodeScalars)
    for _ in 0..<2_000 {
      var attributes: [MessageContext.Attribute] = []
      for index in 0..<Int.random(in: 0...10, using: &random) {
        var name = "n\(index)"
        for _ in 0..<Int.random(in: 0...20, using: &random) {
          name.unicodeScalars.append(names[Int.random(in: 0..<names.count, using: &random)])
        }
        attributes.append(.init(name: name, value: visibleText(&random)))
      }
      let context = MessageContext(
        messageID: "id", queue: "q", receiveCount: Int.random(in: 0...1000, using: &random),
        senderID: "s" + visibleText(&random), path: "/", attributes: attributes)
      let encoded = MessageHeaders.encode(context)
      #expect(encoded.omissions.isEmpty)
      #expect(MessageHeaders.decode(encoded.fields) == context)
    }
  }

  @Test func `no name or value of any bytes leaves a control character in a header`() {
    var random = SeededRandom(seed: 43)
    for _ in 0..<5_000 {
      var texts: [String] = []
      for _ in 0..<4 {
        let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        texts.append(String(decoding: bytes, as: UTF8.self))
      }
      let context = MessageContext(
        messageID: texts[0], queue: texts[1], task: PeriodicTask(name: texts[2], scheduledAt: nil),
        messageGroupID: texts[3], attributes: [.init(name: texts[0], value: texts[1])])
      for field in MessageHeaders.encode(context).fields {
        #expect(HeaderText.isName(field.name))
        #expect(!field.value.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F })
      }
    }
  }

  private func visibleText(_ random: inout SeededRandom) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 1...30, using: &random) {
      let scalars: [ClosedRange<UInt32>] = [0x21...0x7E, 0xA1...0x2FF, 0x4E00...0x9FFF, 0x1F300...0x1F64F]
      let value = UInt32.random(in: scalars[Int.random(in: 0..<4, using: &random)], using: &random)
      if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
      if Bool.random(using: &random), Int.random(in: 0..<8, using: &random) == 0 { text += " x" }
    }
    return text
  }
}
