import Testing

@testable import Curl

@Suite struct HeaderBlockTests {
  private func block(_ text: String) -> HeaderBlock {
    var block = HeaderBlock()
    block.append(Array(text.utf8))
    return block
  }

  @Test func `lines become fields`() {
    let block = block("A: 1\r\nb:2\nC :  3 \t\r\nno colon\r\nD:\r\nE: a:b\r\n: f\r\nA: 4\r\n")
    #expect(block.fields.map(\.name) == ["A", "b", "C", "D", "E", "", "A"])
    #expect(block.fields.map(\.value) == ["1", "2", "3", "", "a:b", "f", "4"])
    #expect(block.first("a") == "1")
    #expect(block.first("c") == "3")
    #expect(block.first("no colon") == nil)
    #expect(block.first("E") == "a:b")
    #expect(block.first("Location") == nil)
    #expect(block.first("") == "f")
  }

  @Test func `a folded line continues the one before`() {
    let block = block("A: 1\r\n 2\r\n\t3\r\nB: 4\r\n")
    #expect(block.fields.map(\.value) == ["1 2 3", "4"])
  }

  @Test func `fields go in and out`() {
    let block = HeaderBlock(fields: [("A", "1"), ("B", "")])
    #expect(block.fields.map(\.name) == ["A", "B"])
    #expect(block.fields.map(\.value) == ["1", ""])
  }

  @Test func `any bytes can be read`() {
    var generator = SeededGenerator(state: 3)
    let alphabet = Array("aB: \t\r\n\0;".utf8) + [0x80, 0xC3, 0xFF]
    for _ in 0..<2000 {
      var block = HeaderBlock()
      block.append(
        (0..<Int.random(in: 0..<60, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? 0 })
      let fields = block.fields
      let agree = fields.allSatisfy { name, value in
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return true }
        return block.first(name) == fields.first { $0.name.lowercased() == name.lowercased() }?.value
      }
      let hasLineEnd = fields.contains { $0.name.utf8.contains(10) || $0.value.utf8.contains(10) }
      // One expectation for both: each costs more than the work.
      guard !agree || hasLineEnd else { continue }
      Issue.record("\(block.lines)")
    }
  }
}
