import Crypto
import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct ReceivedMessagesTests {
  static let sample = #"""
    {"Messages":[
     {"MessageId":"1864c87e","ReceiptHandle":"AQEB+/==","MD5OfBody":"5d41402abc4b2a76b9719d911017c592","Body":"hello",
      "Attributes":{"SenderId":"AIDA","SentTimestamp":"1795456032904","ApproximateReceiveCount":"3",
       "ApproximateFirstReceiveTimestamp":"1795456032922","AWSTraceHeader":"Root=1-5759e988-bd862e3fe1be46a994272793",
       "MessageGroupId":"g","SomethingNew":"x"},
      "MD5OfMessageAttributes":"c932db14a896c663f83c260297d594ff",
      "MessageAttributes":{"customNumberTypeAttrib":{"StringValue":"4563442423554324324264524243.32543234",
        "DataType":"Number.float"},"attribName1":{"StringValue":"attribValue 1","DataType":"String",
        "StringListValues":[],"BinaryListValues":[]},
       "binaryAttribute":{"BinaryValue":"SGVsbG8gYmluYXJ5IHdvcmxkIQ==","DataType":"Binary"}}},
     {"MessageId":"2","ReceiptHandle":"h2","Body":"{\"a\":\"\u00e9\n\ud83e\uddab\"}","Unknown":{"deep":[1,null,{}]}}
    ],"NotInTheModel":[[[]]]}
    """#

  private func read(_ text: String) throws -> ReceivedMessages { try ReceivedMessages(answer: Array(text.utf8)) }

  private func one(_ members: String) throws -> ReceivedMessages { try read("{\"Messages\":[{\(members)}]}") }

  @Test func `a message is read whole`() throws {
    let answer = try read(Self.sample)
    try #require(answer.messages.count == 2 && answer.refused.isEmpty)
    let first = answer.messages[0]
    #expect(first.id == "1864c87e" && first.receiptHandle == "AQEB+/==" && first.body == Array("hello".utf8))
    #expect(first.receiveCount == 3 && first.sentAt == 1_795_456_032_904)
    #expect(first.firstReceivedAt == 1_795_456_032_922 && first.senderID == "AIDA" && first.messageGroupID == "g")
    #expect(first.traceHeader == "Root=1-5759e988-bd862e3fe1be46a994272793")
    #expect(first.systemAttributes["SomethingNew"] == "x")
    #expect(
      first.attributes == [MessageDigestTests.number, MessageDigestTests.text, MessageDigestTests.binary])
    let second = answer.messages[1]
    #expect(second.body == Array("{\"a\":\"é\n🦫\"}".utf8))
    #expect(second.receiveCount == nil && second.attributes.isEmpty && second.md5OfBody == nil)
  }

  @Test(arguments: ["", "{}", #"{"Messages":null}"#, #"{"Messages":[]}"#, #" {"Other":1} "#])
  func `no messages come in several forms`(text: String) throws {
    #expect(try read(text) == ReceivedMessages())
  }

  @Test(arguments: [
    "<html>", "[]", "null", #""text""#, #"{"Messages":{}}"#, #"{"Messages":"x"}"#, #"{"Messages":[]}x"#,
  ])
  func `what is no answer of ReceiveMessage is an error`(text: String) {
    #expect(throws: JSONSyntaxError.self) { try read(text) }
  }

  @Test func `every truncation is an error`() {
    let bytes = Array(Self.sample.utf8)
    for length in 1..<bytes.count {
      #expect(throws: JSONSyntaxError.self) { try ReceivedMessages(answer: Array(bytes[..<length])) }
    }
  }

  @Test(arguments: [
    (#""ReceiptHandle":"h","Body":"b""#, nil, "it has no MessageId"),
    (#""MessageId":"i","Body":"b""#, "i", "it has no ReceiptHandle"),
    (#""MessageId":"i","ReceiptHandle":"h""#, "i", "it has no Body"),
    (#""MessageId":"i","ReceiptHandle":"","Body":"b""#, "i", "it has no ReceiptHandle"),
    (#""MessageId":7,"ReceiptHandle":"h","Body":"b""#, nil, "MessageId is not a string"),
    (#""MessageId":"i","ReceiptHandle":"h","Body":{"a":1}"#, "i", "Body is not a string"),
    (#""MessageId":"i","ReceiptHandle":"h","Body":null"#, "i", "it has no Body"),
    (#""Body":"\ud800","MessageId":"i","ReceiptHandle":"h""#, "i", "Body is not valid Unicode"),
    (#""MessageId":"i","ReceiptHandle":"h","Body":"b","Attributes":[]"#, "i", "Attributes is not an object"),
    (
      #""MessageId":"i","ReceiptHandle":"h","Body":"b","Attributes":{"A":1}"#, "i", "a system attribute is not a string"
    ),
    (
      #""MessageId":"i","ReceiptHandle":"h","Body":"b","Attributes":{"\ud800":"1"}"#, "i",
      "a name in Attributes is not valid Unicode"
    ),
    (
      #""MessageId":"i","ReceiptHandle":"h","Body":"b","MessageAttributes":{"a":"x"}"#, "i",
      "a message attribute is not an object"
    ),
    (
      #""MessageId":"i","ReceiptHandle":"h","Body":"b","MessageAttributes":{"a":{"StringValue":"x"}}"#, "i",
      "an attribute has no DataType"
    ),
    (
      #""MessageId":"i","ReceiptHandle":"h","Body":"b","MessageAttributes":{"a":{"DataType":"String"}}"#, "i",
      "a String attribute has no StringValue"
    ),
    (
      #""MessageId":"i","ReceiptHandle":"h","Body":"b","MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"*"}}"#,
      "i", "a Binary attribute has no BinaryValue in base64"
    ),
    (
      #""MessageId":"i","ReceiptHandle":"h","Body":"b","MD5OfBody":"00""#, "i",
      "its body of 1 bytes does not have the MD5 that SQS sent with it"
    ),
    (
      #""MessageId":"i","ReceiptHandle":"h","Body":"b","MD5OfMessageAttributes":"00","MessageAttributes":{"a":{"#
        + #""DataType":"String","StringValue":"x"}}"#, "i",
      "its 1 attributes do not have the MD5 that SQS sent with them"
    ),
  ])
  func `a malformed message is refused by name and hides no other`(members: String, id: String?, reason: String) throws
  {
    let good = #"{"MessageId":"good","ReceiptHandle":"h","Body":"b"}"#
    let answer = try read("{\"Messages\":[\(good),{\(members)},7,\(good)]}")
    #expect(answer.messages.map(\.id) == ["good", "good"])
    try #require(answer.refused.count == 2)
    #expect(answer.refused[0].messageID == id && answer.refused[0].reason == reason && answer.refused[0].index == 1)
    #expect(answer.refused[1].reason == "it is not an object" && answer.refused[1].index == 2)
    #expect(
      answer.refused[1].description == "message number 3 of the answer is not delivered: it is not an object")
  }

  @Test func `of several members of one name the last one wins`() throws {
    let twice = try one(#""MessageId":"1","MessageId":"2","ReceiptHandle":"h","Body":"a","Body":"b""#)
    #expect(twice.messages.first?.id == "2" && twice.messages.first?.body == Array("b".utf8))
    let lists = try read(#"{"Messages":[{}],"Messages":[]}"#)
    #expect(lists == ReceivedMessages())
    let attributes = try one(
      #""MessageId":"1","ReceiptHandle":"h","Body":"a","MessageAttributes":{"n":{"DataType":"String","StringValue":"1"},"#
        + #""n":{"DataType":"String","StringValue":"2"}}"#)
    #expect(attributes.messages.first?.attributes.map(\.value) == [.string("2")])
  }

  @Test func `a digest in capitals counts, one of attributes that are not in the answer does not`() throws {
    let answer = try one(
      #""MessageId":"1","ReceiptHandle":"h","Body":"hello","MD5OfBody":"5D41402ABC4B2A76B9719D911017C592","#
        + #""MD5OfMessageAttributes":"00""#)
    #expect(answer.messages.count == 1)
  }

  @Test func `random bodies arrive byte for byte, however they are escaped`() throws {
    var random = SeededRandom(seed: 5)
    for _ in 0..<300 {
      let scalars = (0..<Int.random(in: 0...200, using: &random)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...(random.pick([0x7F, 0x7FF, 0x10FFFF])), using: &random))
      }
      let body = String(String.UnicodeScalarView(scalars))
      let escapesAll = Bool.random(using: &random)
      let written = body.utf16.map { unit in
        guard escapesAll || unit < 0x20 || unit == 0x22 || unit == 0x5C || unit > 0x7E else {
          return String(UnicodeScalar(UInt8(unit)))
        }
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined()
      // As bytes: a combining character after the quote would be one Character with it.
      let raw = String(decoding: try JSONEncoder().encode(body).dropFirst().dropLast(), as: UTF8.self)
      for text in [written, raw] {
        let answer = try one(
          "\"MessageId\":\"1\",\"ReceiptHandle\":\"h\",\"Body\":\"\(text)\",\"MD5OfBody\":\""
            + Hexadecimal.text(Insecure.MD5.hash(data: Array(body.utf8))) + "\"")
        try #require(answer.messages.first?.body == Array(body.utf8))
      }
    }
  }

  @Test func `a refusal shows nothing of the message but its id`() throws {
    let answer = try one(
      #""MessageId":"i","ReceiptHandle":"secret-handle","Body":"secret-body","MD5OfBody":"00","Attributes":{"a":"secret"}"#
    )
    let refused = try #require(answer.refused.first)
    #expect(!refused.description.contains("secret"))
  }
}
