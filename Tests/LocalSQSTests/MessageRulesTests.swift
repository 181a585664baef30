import Testing

@testable import LocalSQS

@Suite struct MessageRulesTests {
  @Test(arguments: [
    ["attribName1"]: "19e27d4e946b072f3f58da80d94fd778",
    ["customNumberTypeAttrib"]: "9fe1b90bbd9965bdf77bac517c7d2495",
    ["binaryAttribute"]: "31a92b15d92f8db860eda32aceb656c3",
    ["attribName1", "customNumberTypeAttrib", "binaryAttribute"]: "c932db14a896c663f83c260297d594ff",
  ])
  func `digests of attributes are those of the AWS SDKs`(names: [String], digest: String) {
    let all = [
      "attribName1": MessageAttribute(dataType: "String", value: .text("attribValue 1")),
      "customNumberTypeAttrib": MessageAttribute(
        dataType: "Number.float", value: .text("4563442423554324324264524243.32543234")),
      "binaryAttribute": MessageAttribute(dataType: "Binary", value: .binary(Array("Hello binary world!".utf8))),
    ]
    #expect(MessageDigest.attributes(all.filter { names.contains($0.key) }) == digest)
  }

  @Test func `no attributes have no digest`() {
    #expect(MessageDigest.attributes([:]) == nil)
    #expect(MessageDigest.body("hello") == "5d41402abc4b2a76b9719d911017c592")
  }

  @Test(arguments: [
    "0", "-0.0", "+5", "12.5", ".5", "5.", "1e126", "1E-128", "00012", String(repeating: "9", count: 38),
    "1" + String(repeating: "0", count: 126), "0." + String(repeating: "0", count: 127) + "1",
  ])
  func `numbers are taken`(text: String) {
    #expect(MessageRules.isNumber(text))
  }

  @Test(arguments: [
    "", "-", ".", "1 ", " 1", "1,5", "0x10", "1e", "e5", "1e5.5", "--1", "NaN", "inf", "1e127", "1e-129", "٣", "1.2.3",
    String(repeating: "9", count: 39), "1e99999999999999999999", "1" + String(repeating: "0", count: 127),
  ])
  func `other texts are no numbers`(text: String) {
    #expect(!MessageRules.isNumber(text))
  }

  @Test(arguments: [0x0, 0x8, 0xB, 0xC, 0xE, 0x1F, 0xFFFE, 0xFFFF])
  func `a character outside of XML's is found`(code: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(code))
    #expect(!MessageRules.isAllowed("a" + String(Character(scalar)) + "b"))
  }

  @Test func `tokens are printable and short`() throws {
    let limits = QueueLimits()
    for good in ["a", "a b".replacing(" ", with: "~"), String(repeating: "!", count: 128)] {
      try MessageRules.checkToken("MessageGroupId", good, limits: limits)
    }
    for bad in ["", "a b", "é", "a\n", String(repeating: "x", count: 129)] {
      #expect(throws: SQSError.self) { try MessageRules.checkToken("MessageGroupId", bad, limits: limits) }
    }
  }

  @Test func `names ask for all attributes, one, or those that begin so`() {
    #expect(!AttributeNames([]).contains("a"))
    #expect(AttributeNames(["All"]).contains("a"))
    #expect(AttributeNames([".*"]).contains("a"))
    let some = AttributeNames(["bar.*", "one"])
    #expect(some.contains("bar.x") && some.contains("one") && !some.contains("ones") && !some.contains("ba"))
  }

  @Test(arguments: [
    "", "arn:aws:sqs:r:a", "arn:aws:sns:r:a:q", "arn:aws:sqs:r:a:", "a:b:c:d:e:f", "arn:aws:sqs:r:a:q:x",
  ])
  func `a resource name that is not a queue's is refused`(arn: String) {
    #expect(QueueARN.name(in: arn) == nil)
  }

  @Test func `receipt handles come back as they were, and only with their salt`() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<1000 {
      let handle = ReceiptHandle(queue: random.next(), message: random.next() % 1000, ticket: random.next() % 10)
      let text = handle.text(salt: 5)
      #expect(ReceiptHandle(text, salt: 5) == handle)
      #expect(ReceiptHandle(text, salt: 6) == nil)
      var bytes = Array(text.utf8)
      let place = Int(random.next() % UInt64(bytes.count - 1))
      bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(ReceiptHandle(String(decoding: bytes, as: UTF8.self), salt: 5) == nil)
    }
  }
}
