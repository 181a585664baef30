import TestSupport
import Testing

@testable import YAML

struct YAMLLimitsTests {
  private func reason(_ text: String, _ limits: YAMLLimits = YAMLLimits()) -> String? {
    do {
      _ = try YAMLNode(parsing: Array(text.utf8), limits: limits)
      return nil
    } catch { return error.reason }
  }

  @Test func `a bomb of aliases is refused by what it would become`() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let alias = "*a\(level - 1)"
      bomb += "a\(level): &a\(level) [" + Array(repeating: alias, count: 10).joined(separator: ", ") + "]\n"
    }
    #expect(reason(bomb)?.hasPrefix("more than 50000 keys and values") == true)
    // The same for aliases of members, and for a bomb that grows in depth rather than in width.
    var chain = "a0: &a0 x\n"
    for level in 1...40 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(reason(chain)?.hasPrefix("more than 32 levels") == true)
  }

  @Test func `nodes are counted up to the limit and not one more`() {
    // The mapping, its key, the list: three beside the elements.
    func list(_ count: Int) -> String { "a: [" + Array(repeating: "1", count: count).joined(separator: ", ") + "]" }
    let limits = YAMLLimits(nodes: 103)
    #expect(reason(list(100), limits) == nil)
    #expect(reason(list(101), limits) != nil)
    #expect(reason("a: &x [1, 2]\nb: *x\n", YAMLLimits(nodes: 9)) == nil)
    #expect(reason("a: &x [1, 2]\nb: *x\n", YAMLLimits(nodes: 8)) != nil)
  }

  @Test func `levels are counted up to the limit and not one more, in every style`() {
    let limits = YAMLLimits(depth: 5)
    for (open, inner, close) in [("[", "1", "]"), ("{a: ", "1", "}")] {
      func nested(_ depth: Int) -> String {
        String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
      }
      #expect(reason(nested(5), limits) == nil)
      #expect(reason(nested(6), limits)?.hasPrefix("more than 5 levels") == true)
    }
    #expect(reason(String(repeating: "- ", count: 5) + "1", limits) == nil)
    #expect(reason(String(repeating: "- ", count: 6) + "1", limits) != nil)
    // Four levels that are an alias inside of a second one are five, inside of a third one six.
    let start = "- &x {a: {a: {a: {}}}}\n"
    #expect(reason(start + "- *x\n", limits) == nil)
    #expect(reason(start + "- [*x]\n", limits) != nil)
  }

  @Test(arguments: ["[", "{", "- ", "? ", "{a: ", "[{", "!!map {", "&x [", "? - "])
  func `a hundred thousand openings end at the limit of levels`(opening: String) {
    let text = String(repeating: opening, count: 100_000)
    #expect(reason(text) != nil)
  }

  @Test(arguments: ["\"", "'", "a: |\n ", "# ", "%", "&", "*", "!", "-", ":", "a:\n", "\n", " ", ",", "a\n", "\t", "<"])
  func `a megabyte of one thing is read or refused`(piece: String) {
    let text = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
    _ = reason(text)
  }

  @Test func `ten megabytes are refused by their size, before anything is read`() {
    let text = String(repeating: "a: 1\n", count: 2_000_000)
    #expect(reason(text) == "the text is larger than 1048576 bytes")
    #expect(reason("a: 1", YAMLLimits(bytes: 4)) == nil)
    #expect(reason("a: 12", YAMLLimits(bytes: 4)) != nil)
  }

  @Test func `mutations of sound files are read or refused, and what is read keeps the limits`() {
    let sound = [
      "version: 1\ncron:\n - name: \"a b\"\n   url: /x?y=1\n   schedule: \"*/5 * * * *\" # c\n - {name: b, url: '/b'}\n",
      "queue_url: https://sqs.eu-west-1.amazonaws.com/1/jobs\nhttp_port: 80\nerror_visibility_timeout: -1\n",
      "a: &x [1, {b: *y}]\r\nc: &y |\r\n  text\r\n  more\r\nd: [*x, *x]\r\n",
      "\u{FEFF}--- !!map\n? k\n: - - a\n  - >-\n    b\n'é': \"\\u00e9\\x41\"\n...\n",
    ]
    let limits = YAMLLimits(bytes: 4096, depth: 6, nodes: 60)
    let pieces = [
      ": ", "\n", "- ", "&x ", "*x", "[", "]", "{", "}", "\"", "'", "\t", "#", "|", ">", "?", "!", "%", "---\n",
    ]
    var random = SeededRandom(seed: 4)
    var read = 0
    for _ in 0..<20_000 {
      var bytes = Array((sound.randomElement(using: &random) ?? "").utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: at)
        default:
          let end = Int.random(in: at...bytes.count, using: &random)
          bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
        }
        if bytes.isEmpty { bytes = [0x61] }
      }
      do {
        let node = try YAMLNode(parsing: bytes, limits: limits)
        read += 1
        #expect(size(node) <= limits.nodes)
        #expect(depth(node) <= limits.depth)
      } catch {
        #expect(error.place.line >= 1 && error.place.column >= 1)
        #expect(error.place.line <= bytes.count + 1)
        #expect(!error.reason.isEmpty)
      }
    }
    // Not all alike: some mutations are harmless.
    #expect((1000..<19_000).contains(read))
  }

  private func size(_ node: YAMLNode) -> Int {
    switch node.content {
    case .scalar: 1
    case .sequence(let elements): elements.reduce(1) { $0 + size($1) }
    case .mapping(let members): members.reduce(1) { $0 + 1 + size($1.value) }
    }
  }

  private func depth(_ node: YAMLNode) -> Int {
    switch node.content {
    case .scalar: 0
    case .sequence(let elements): 1 + (elements.map(depth).max() ?? 0)
    case .mapping(let members): 1 + (members.map { depth($0.value) }.max() ?? 0)
    }
  }
}
