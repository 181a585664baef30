import Testing

@testable import AWS

/// The vectors are those of AWS's own test cases for its SDKs.
@Suite struct MessageDigestTests {
  static let text = MessageAttribute(name: "attribName1", dataType: "String", value: .string("attribValue 1"))
  static let number = MessageAttribute(
    name: "customNumberTypeAttrib", dataType: "Number.float", value: .string("4563442423554324324264524243.32543234"))
  static let binary = MessageAttribute(
    name: "binaryAttribute", dataType: "Binary", value: .binary(Array("Hello binary world!".utf8)))

  @Test func `each kind of attribute alone`() {
    #expect(MessageDigest.ofAttributes([Self.text]) == "19e27d4e946b072f3f58da80d94fd778")
    #expect(MessageDigest.ofAttributes([Self.number]) == "9fe1b90bbd9965bdf77bac517c7d2495")
    #expect(MessageDigest.ofAttributes([Self.binary]) == "31a92b15d92f8db860eda32aceb656c3")
  }

  @Test func `three attributes in any order`() {
    for order in [[Self.text, Self.number, Self.binary], [Self.binary, Self.number, Self.text]] {
      #expect(MessageDigest.ofAttributes(order) == "c932db14a896c663f83c260297d594ff")
    }
  }

  @Test func `a system attribute`() {
    let trace = MessageAttribute(
      name: "AWSTraceHeader", dataType: "String", value: .string("Root=1-5759e988-bd862e3fe1be46a994272793"))
    #expect(MessageDigest.ofAttributes([trace]) == "62a56dd927315f2b2e12832b84617ea5")
  }

  @Test(arguments: ["5d41402abc4b2a76b9719d911017c592", "5D41402ABC4B2A76B9719D911017C592"])
  func `a body`(digest: String) {
    #expect(MessageDigest.isText(digest, ofBody: Array("hello".utf8)))
    #expect(!MessageDigest.isText(digest, ofBody: Array("hello ".utf8)))
  }

  @Test(arguments: [
    "", "5", "5d41402abc4b2a76b9719d911017c59", "5d41402abc4b2a76b9719d911017c5922", "5d41402abc4b2a76b9719d911017c593",
    "5d41402abc4b2a76b9719d911017c592 ", "gd41402abc4b2a76b9719d911017c592", "\u{FF15}d41402abc4b2a76b9719d911017c592",
  ])
  func `what is not exactly the digest of a body`(text: String) {
    #expect(!MessageDigest.isText(text, ofBody: Array("hello".utf8)))
  }
}
