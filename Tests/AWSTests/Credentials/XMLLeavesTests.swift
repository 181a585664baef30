import TestSupport
import Testing

@testable import AWS

@Suite struct XMLLeavesTests {
  private func leaves(_ text: String) throws -> XMLLeaves { try XMLLeaves(Array(text.utf8)) }

  @Test func `texts are found by their paths`() throws {
    let found = try leaves(
      """
      <?xml version="1.0"?><!-- a > b --><r:A xmlns='x > y' b = "c/>">
        <B/><C> &lt;a&amp;b&gt; &#233;&#xE9; <![CDATA[<&>]]></C ><D><E>1</E><E>2</E></D><F></F>
      </r:A>

      """)
    #expect(found["A/C"] == " <a&b> éé <&>")
    #expect(found["A/D/E"] == "1" && found["A/F"] == "")
    #expect(found["A/B"] == nil && found["A/D"] == nil && found["A"] == nil && found["C"] == nil)
  }

  @Test(arguments: [
    "", "text", "<a>", "<a></b>", "</a>", "<a></a><b></b>", "<a></a>text", "<a", "<a b></a>", "<a b=c></a>",
    "<a>&x;</a>",
    "<a>& b</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#+5;</a>", "<a><!-- </a>", "<a><![CDATA[</a>", "< a></a>",
    "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<a/><", "<a></a", "<a b='></a>", "{\"a\":1}",
  ])
  func `what is not well formed is refused`(text: String) {
    #expect(throws: XMLLeaves.SyntaxError.self) { try leaves(text) }
  }

  @Test func `depth is limited`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    _ = try leaves(nested(32))
    #expect(throws: XMLLeaves.SyntaxError.self) { try leaves(nested(33)) }
    #expect(throws: XMLLeaves.SyntaxError.self) { try leaves(String(repeating: "<a>", count: 20_000)) }
  }

  @Test func `damaged answers are read or refused, and a refusal shows nothing`() throws {
    var random = SeededRandom(seed: 6)
    let whole = Array(
      "<A xmlns=\"x\"><B><C>AKID</C><D>\(Marked.secret)</D></B><!-- x --><E>&amp;<![CDATA[y]]></E></A>".utf8)
    var (read, refused) = (0, 0)
    for _ in 0..<5_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: bytes.indices, using: &random)
        switch random.pick([0, 1, 2]) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(index..<min(bytes.count, index + 5))
        default: bytes.insert(contentsOf: random.pick(["<", ">", "&", "<!", "]]>", "<a>", "/", "\0"]).utf8, at: index)
        }
      }
      do {
        _ = try XMLLeaves(bytes)
        read += 1
      } catch {
        #expect(!Marked.isIn("\(error)"))
        refused += 1
      }
    }
    #expect(read > 500 && refused > 500)
  }
}
