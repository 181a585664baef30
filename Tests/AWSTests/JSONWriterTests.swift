import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite struct JSONWriterTests {
  @Test func `members, elements and nesting`() {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("a", "x")
      writer.member("n", -7)
      writer.array("none") { _ in }
      writer.array("list") { writer in
        writer.element("1")
        writer.object { $0.member("b", "") }
        writer.object { _ in }
      }
      writer.member("last", 0)
    }
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"a":"x","n":-7,"none":[],"list":["1",{"b":""},{}],"last":0}"#)
  }

  @Test func `any text is read back by a parser`() throws {
    var random = SeededRandom(seed: 11)
    for _ in 0..<2_000 {
      let scalars = (0..<Int.random(in: 0...30, using: &random)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...(Bool.random(using: &random) ? 0x7F : 0x10FFFF), using: &random))
      }
      let text = String(String.UnicodeScalarView(scalars))
      var writer = JSONWriter()
      writer.object { $0.member("text", text) }
      let object = try #require(JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: String])
      try #require(object["text"].map { Array($0.utf8) } == Array(text.utf8))
    }
  }
}
