import TestSupport
import Testing

@testable import Server

struct LineSplitterTests {
  private func split(_ chunks: [[UInt8]], limit: Int = 100) -> [String] {
    var splitter = LineSplitter(limit: limit)
    var lines: [String] = []
    func emit(_ line: [UInt8], _ length: Int) {
      let text = String(decoding: line, as: UTF8.self)
      lines.append(length > line.count ? "\(text)…\(length)" : text)
    }
    for chunk in chunks { splitter.append(chunk.span, emit: emit) }
    splitter.end(emit: emit)
    return lines
  }

  @Test(arguments: [
    ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("\n\n", ["", ""]), ("a\r\nb\r", ["a", "b"]),
    ("10%\r20%\r\n", ["10%\r20%"]), ("a\u{0B}b\u{0C}c\u{85}d\u{2028}e", ["a\u{0B}b\u{0C}c\u{85}d\u{2028}e"]),
  ])
  func `only LF ends a line`(text: String, lines: [String]) {
    #expect(split([Array(text.utf8)]) == lines)
  }

  @Test func `a line longer than the limit is cut, its length kept, and the next one is whole`() {
    #expect(split([Array("0123456789abc\nnext\n".utf8)], limit: 10) == ["0123456789…13", "next"])
    #expect(split([Array("0123456789\n".utf8)], limit: 10) == ["0123456789"])
  }

  @Test func `every way to cut the same bytes into pieces gives the same lines`() {
    var generator = SeededRandom(seed: 7)
    for _ in 0..<300 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        [0x61, 0x62, 0x0A, 0x0D, 0xFF].randomElement(using: &generator) ?? UInt8(0)
      }
      var pieces: [[UInt8]] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Int.random(in: 1...rest.count, using: &generator)
        pieces.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      #expect(split(pieces, limit: 7) == split([bytes], limit: 7), "\(bytes)")
    }
  }
}
