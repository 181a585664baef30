import TestSupport
import Testing

@testable import SQSD

struct RequestSignatureTests {
  private static let code = String(repeating: "0f", count: 32)

  @Test(arguments: [
    "t=1,v1=\(code)", "v1=\(code),t=1", " t=1 ,\tv1=\(code) ", "t=1,v1=\(code),v2=x,w=a=b,n=",
    "t=1,v1=\(code),v1=\(code)",
    "t=0,v1=\(code)", "t=999999999999,v1=\(code)",
  ])
  func `a time and a code in any order, with unknown elements between, is a signature`(text: String) throws {
    let signature = try #require(RequestSignature(parsing: text))
    #expect(RequestSignature(parsing: signature.text) == signature)
  }

  @Test(arguments: [
    "", ",", "t=1", "v1=\(code)", "t=,v1=\(code)", "t=1,v1=", "t=1;v1=\(code)", "t=1,t=1,v1=\(code)", "t=-1,v1=\(code)",
    "t=+1,v1=\(code)", "t=01,v1=\(code)", "t= 1,v1=\(code)", "t=1.0,v1=\(code)", "t=1e3,v1=\(code)", "t=٣,v1=\(code)",
    "t=1000000000000,v1=\(code)", "t=99999999999999999999,v1=\(code)", "t=1,v1=\(code)0", "t=1,v1=\(code)00",
    "t=1,v1=\(code.dropLast())", "t=1,v1=\(code.uppercased())", "t=1,v1=\(code.dropLast(2))zz", "t=1,,v1=\(code)",
    "t=1,v1=\(code),", "t=1,=x,v1=\(code)", "T=1,V1=\(code)",
    "t=1,v1=\(code)," + String(repeating: "x=y,", count: 300) + "z=z",
    "t=1" + String(repeating: ",v1=\(code)", count: 9),
  ])
  func `what is no signature is none`(text: String) {
    #expect(RequestSignature(parsing: text) == nil)
  }

  @Test func `no text of any letters ends the program, and what is read is written the same`() {
    var random = SeededRandom(seed: 13)
    let pieces = ["t", "=", "v1", ",", "1767323045", Self.code, " ", "0", "é", "\u{0}", "-", "v", "\u{301}"]
    var read = 0
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0...9, using: &random)).compactMap { _ in pieces.randomElement(using: &random) }
        .joined()
      guard let signature = RequestSignature(parsing: text) else { continue }
      read += 1
      #expect(RequestSignature(parsing: signature.text) == signature)
    }
    #expect(RequestSignature(parsing: "t=1,v1=" + Self.code) != nil && read < 20_000)
  }

  @Test func `a request that has one of the signed headers twice, or a line break in a line, cannot be signed`() {
    func signature(_ headers: [(name: String, value: String)], target: String = "/") -> RequestSignature? {
      let request = Signable()
      return RequestSignature(
        method: "POST", target: target, headers: headers, body: [], key: request.key, time: request.time)
    }
    #expect(signature([("X-Aws-Sqsd-Msgid", "a"), ("x-aws-sqsd-msgid", "a")]) == nil)
    #expect(signature([("X-Aws-Sqsd-Msgid", "a\nb")]) == nil)
    #expect(signature([], target: "/\n") == nil)
    #expect(signature([("X-Aws-Sqsd-Queue", "a"), ("X-Aws-Sqsd-Queue", "b")]) != nil)
  }
}
