import TestSupport
import Testing

@testable import YAML

struct YAMLNodeTests {
  private func read(_ text: String) throws -> YAMLNode { try YAMLNode(parsing: Array(text.utf8)) }

  /// A value without places: plain texts as they are, others in quotes.
  private func shape(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, let isPlain): isPlain ? text : "'\(text)'"
    case .sequence(let elements): "[" + elements.map(shape).joined(separator: ",") + "]"
    case .mapping(let members): "{" + members.map { "\($0.key):\(shape($0.value))" }.joined(separator: ",") + "}"
    }
  }

  @Test(arguments: [
    ("a: 1\nb: two words\n", "{a:1,b:two words}"),
    ("a: '1'\nb: \"x\\ty\"", "{a:'1',b:'x\ty'}"),
    ("a:\n- 1\n- 2\n", "{a:[1,2]}"),
    ("a:\n  - x: 1\n    y: 2\n  - x: 3\n", "{a:[{x:1,y:2},{x:3}]}"),
    ("{a: [1, 2], b: {}}", "{a:[1,2],b:{}}"),
    ("---\na: 1\n...\n", "{a:1}"),
    ("# only a comment\n", ""), ("", ""), ("---\n", ""), ("~", "~"),
    ("a: no\nb: 010\nc: 1_000\nd: 12:30:00\n", "{a:no,b:010,c:1_000,d:12:30:00}"),
    ("url: http://localhost:80/#x # a comment\n", "{url:http://localhost:80/#x}"),
    ("a: |\n  one\n  two\nb: >\n  one\n  two\n", "{a:'one\ntwo\n',b:'one two\n'}"),
    ("a: 1\r\nb: 2\r\n", "{a:1,b:2}"), ("a: 1\rb: 2\r", "{a:1,b:2}"),
    ("\u{FEFF}a: 1\n", "{a:1}"), ("a: grün\u{85}b: 日本 😀", "{a:grün,b:日本 😀}"),
    ("a: &x [1, 2]\nb: *x\n", "{a:[1,2],b:[1,2]}"),
    ("a: &x 1\nb: &x 2\nc: *x\n", "{a:1,b:2,c:2}"),
    ("&k key: 1\nb: *k\n", "{key:1,b:key}"), ("a: &k x\n*k : 1\n", "{a:x,x:1}"),
    ("base: &b {x: 1}\nmore:\n  <<: *b\n", "{base:{x:1},more:{<<:{x:1}}}"),
    ("a: !!str 5\nb: !!int 5\nc: ! 5\nd: !!map {}\n", "{a:'5',b:'5',c:'5',d:{}}"),
    ("a: 1\na: 2\n", "{a:1,a:2}"), ("\"\": 1", "{:1}"), ("5: x\ntrue: y\n", "{5:x,true:y}"),
    ("a: \"\\u00e9\\0\"", "{a:'é\u{0}'}"), ("%YAML 1.2\n---\na: 1\n", "{a:1}"),
    ("\"a: b\"", "'a: b'"), ("a:\n b:\n  c:\n", "{a:{b:{c:}}}"),
  ])
  func `documents become trees whose scalars are texts`(text: String, expected: String) throws {
    #expect(try shape(read(text)) == expected)
  }

  @Test func `everything knows its line and column, an alias its own`() throws {
    let root = try read("# c\n\na: &x\n  - ä: é\n    two: 2\nb: *x\r\n\"c\": {d: [e]}\n")
    let members = try #require(root.members)
    #expect(root.place == YAMLPlace(line: 3, column: 1))
    #expect(members.map(\.place) == [3, 6, 7].map { YAMLPlace(line: $0, column: 1) })
    let first = try #require(members[0].value.elements?.first?.members)
    #expect(first[0].place == YAMLPlace(line: 4, column: 5))
    #expect(first[0].value.place == YAMLPlace(line: 4, column: 8))
    #expect(first[1].place == YAMLPlace(line: 5, column: 5))
    #expect(members[1].value.place == YAMLPlace(line: 6, column: 4))
    // What is inside of the copy is where it was written.
    #expect(members[1].value.elements?.first?.place == YAMLPlace(line: 4, column: 5))
    #expect(members[2].value.members?[0].value.elements?[0].place == YAMLPlace(line: 7, column: 11))
  }

  @Test(arguments: ["", "~", "null", "Null", "NULL"])
  func `nothing is null, and in quotes it is a text`(text: String) throws {
    #expect(try read("a: \(text)\n").members?.first?.value.isNull == true)
    #expect(try read("a: '\(text)'\n").members?.first?.value.isNull == false)
    #expect(try read("a: [\(text)x]\n").members?.first?.value.isNull == false)
  }

  @Test func `keys that are there twice are found, each with its first`() throws {
    let members = try #require(try read("a: 1\nb: 2\na: 3\n'a': 4\n").members)
    #expect(members.repeated.map(\.member.place.line) == [3, 4])
    #expect(members.repeated.map(\.first.line) == [1, 1])
    #expect(members.dropLast(2).map { $0 }.repeated.isEmpty)
  }

  @Test func `any tree that is written is read back, whatever is in its texts`() throws {
    var random = SeededRandom(seed: 11)
    for _ in 0..<400 {
      let tree = Tree.random(depth: 4, &random)
      let node = try YAMLNode(parsing: Array(tree.yaml.utf8), limits: YAMLLimits(depth: 8))
      #expect(Tree(node) == tree, "\(tree.yaml)")
    }
  }
}

/// A document to be written: in flow style, its texts in double quotes.
private indirect enum Tree: Equatable {
  case text(String)
  case list([Tree])
  case map([String], [Tree])

  init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let text, _): self = .text(text)
    case .sequence(let elements): self = .list(elements.map(Tree.init))
    case .mapping(let members): self = .map(members.map(\.key), members.map { Tree($0.value) })
    }
  }

  static func random(depth: Int, _ random: inout SeededRandom) -> Tree {
    let count = Int.random(in: 0...4, using: &random)
    switch depth == 0 ? 0 : Int.random(in: 0...2, using: &random) {
    case 0: return .text(text(&random))
    case 1: return .list((0..<count).map { _ in Tree.random(depth: depth - 1, &random) })
    default:
      return .map(
        (0..<count).map { _ in text(&random) }, (0..<count).map { _ in Tree.random(depth: depth - 1, &random) })
    }
  }

  private static func text(_ random: inout SeededRandom) -> String {
    let letters: [Unicode.Scalar] = [
      "a", "\"", "\\", ":", "#", "-", " ", "\n", "\t", "'", "{", "]", "é", "\u{0}", "\u{1F600}", "\u{2028}", "\u{FEFF}",
      "%", "!", "*",
    ]
    var text = ""
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      text.unicodeScalars.append(letters[Int.random(in: 0..<letters.count, using: &random)])
    }
    return text
  }

  var yaml: String {
    switch self {
    case .text(let text): return Self.quoted(text)
    case .list(let elements): return "[" + elements.map(\.yaml).joined(separator: ", ") + "]"
    case .map(let keys, let values):
      return "{" + zip(keys, values).map { "\(Self.quoted($0)): \($1.yaml)" }.joined(separator: ",\n ") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    let hex = text.unicodeScalars.map { scalar in
      scalar.isASCII && scalar.value >= 0x20 && scalar != "\"" && scalar != "\\"
        ? String(scalar)
        : "\\U" + String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count)
          + String(scalar.value, radix: 16)
    }
    return "\"" + hex.joined() + "\""
  }
}
