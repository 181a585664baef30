import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct JSONReaderTests {
  /// A tree, which the reader itself never builds.
  private indirect enum Tree: Equatable {
    case object([String: Tree])
    case array([Tree])
    case string(String)
    case other
  }

  private static func tree(_ reader: inout JSONReader) throws(JSONSyntaxError) -> Tree? {
    switch try reader.kind() {
    case .object:
      var members: [String: Tree] = [:]
      var isText = true
      try reader.object { (reader, name) throws(JSONSyntaxError) in
        let value = try tree(&reader)
        guard let name, let value else { return isText = false }
        members[name] = value
      }
      return isText ? .object(members) : nil
    case .array:
      var elements: [Tree?] = []
      try reader.array { (reader) throws(JSONSyntaxError) in elements.append(try tree(&reader)) }
      return elements.contains(nil) ? nil : .array(elements.compactMap { $0 })
    case .string: return try reader.text().map { .string($0) }
    default:
      try reader.skip()
      return .other
    }
  }

  private static func read(_ text: [UInt8]) throws(JSONSyntaxError) -> Tree? {
    var reader = try JSONReader(text)
    let tree = try tree(&reader)
    try reader.end()
    return tree
  }

  private static func isSound(_ text: [UInt8]) -> Bool {
    do {
      var reader = try JSONReader(text)
      try reader.skip()
      try reader.end()
      return true
    } catch {
      return false
    }
  }

  /// The tree as Foundation reads it.
  private static func tree(_ value: Any) -> Tree {
    switch value {
    case let members as [String: Any]: .object(members.mapValues { tree($0) })
    case let elements as [Any]: .array(elements.map { tree($0) })
    case let text as String: .string(text)
    default: .other
    }
  }

  private struct Writer {
    var random: SeededRandom
    var text = ""

    mutating func space() {
      while Int.random(in: 0..<4, using: &random) == 0 { text += random.pick([" ", "\t", "\n", "\r"]) }
    }

    mutating func string() {
      text += "\""
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: text += random.pick([#"\""#, #"\\"#, #"\/"#, #"\b"#, #"\f"#, #"\n"#, #"\r"#, #"\t"#])
        case 1:
          let unit = UInt32.random(in: 0...0xD7FF, using: &random)
          let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        case 2:
          let low = String(UInt32.random(in: 0xDC00...0xDFFF, using: &random), radix: 16)
          text += "\\u" + String(UInt32.random(in: 0xD800...0xDBFF, using: &random), radix: 16) + "\\u" + low
        case 3: text += random.pick(["é", "漢", "🦫", "\u{7F}", "\u{301}", "\u{2028}"])
        default: text += random.pick(["a", "Body", " ", "/", "{", "]", ":", ","])
        }
      }
      text += "\""
    }

    mutating func value(depth: Int) {
      space()
      switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
      case 0: text += random.pick(["true", "false", "null"])
      case 1: text += random.pick(["0", "-0", "12", "-3.25", "1e9", "2E-3", "0.5e+1", "12345678"])
      case 2...5: string()
      case 6: list("[", "]", depth: depth) { $0.value(depth: depth - 1) }
      default:
        list("{", "}", depth: depth) {
          $0.space()
          $0.string()
          $0.space()
          $0.text += ":"
          $0.value(depth: depth - 1)
        }
      }
      space()
    }

    mutating func list(_ opening: String, _ closing: String, depth: Int, element: (inout Writer) -> Void) {
      text += opening
      let count = Int.random(in: 0...4, using: &random)
      for index in 0..<count {
        element(&self)
        space()
        if index < count - 1 { text += "," }
      }
      if count == 0 { space() }
      text += closing
    }
  }

  @Test func `two thousand random documents are read as Foundation reads them`() throws {
    for seed in 0..<2_000 {
      var writer = Writer(random: SeededRandom(seed: UInt64(seed)))
      writer.value(depth: 5)
      let expected = try JSONSerialization.jsonObject(with: Data(writer.text.utf8), options: .fragmentsAllowed)
      let ours = try JSONReaderTests.read(Array(writer.text.utf8))
      // Equal keys of one object are ordered differently by the two; Foundation keeps the first.
      try #require(ours == Self.tree(expected) || writer.text.hasRepeatedKey, "seed \(seed): \(writer.text)")
    }
  }

  @Test func `random damage is judged sound or not as Foundation judges it, or more strictly, and never traps`() throws
  {
    var random = SeededRandom(seed: 99)
    var sound = 0
    for seed in 0..<3_000 {
      var writer = Writer(random: SeededRandom(seed: UInt64(seed)))
      writer.value(depth: 4)
      var bytes = Array(writer.text.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = random.pick(Array("\"\\{}[],:0-u\u{0}\u{1F}x".utf8) + [0xFF, 0xC3])
        default: bytes.insert(random.pick(Array("\"\\{}[],:".utf8)), at: place)
        }
      }
      guard Self.isSound(bytes) else { continue }
      sound += 1
      // A string that is no Unicode text is sound to us, and an error of the whole to Foundation.
      guard try Self.read(bytes) != nil else { continue }
      let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      try #require(theirs != nil, "\(String(decoding: bytes, as: UTF8.self))")
    }
    #expect(sound > 100)
  }

  @Test(arguments: [
    "", " ", "{", "[", "\"", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{1:2}", "{a:1}",
    "[1,]", "[,1]",
    "[1 2]", "[1}", "{\"a\" 1}", "{\"a\"::1}", "nul", "nulll", "True", "truefalse", "01", "+1", "-", "1.", ".5", "1e",
    "1e+", "0x10", "NaN", "Infinity", "- 1", "1 2", "{} {}", "{}x", "\u{FEFF}{}", "/**/1", "'a'", #""\x""#, #""\u12""#,
    #""\u12G4""#, #""\u+123""#, #""\"#, #""\u"#, #""\ud800\u""#, "\"\u{0}\"", "\"a\nb\"", "\"\t\"", "\"\u{1F}\"",
  ])
  func `what is not JSON is an error`(text: String) {
    #expect(!Self.isSound(Array(text.utf8)))
  }

  @Test(arguments: [
    (#""\ud800""#, true), (#""\udc00""#, true), (#""\ud800x""#, true), (#""\ud800\n""#, true),
    (#""\ud800\u0041""#, true),
    (#""\ud800\ud800\udc00""#, true), (#""\udc00\ud800""#, true), (#""\ud83e\uddab""#, false), (#""\ufffd""#, false),
    (#""\u0000""#, false), (#""\uFFFF""#, false),
  ])
  func `half a surrogate pair spoils its string and nothing else`(text: String, isSpoilt: Bool) throws {
    var reader = try JSONReader(Array("[\(text),\"next\"]".utf8))
    var values: [String?] = []
    try reader.array { (reader) throws(JSONSyntaxError) in
      _ = try reader.kind()
      values.append(try reader.text())
    }
    try reader.end()
    try #require(values.count == 2)
    #expect((values[0] == nil) == isSpoilt)
    #expect(values[1] == "next")
  }

  @Test(
    arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]])
  func `bytes that are not UTF-8 spoil their string, also round an escape`(bytes: [UInt8]) throws {
    for middle in [bytes, bytes + Array("\\n".utf8), Array("\\n".utf8) + bytes, bytes + Array("\\u0080".utf8)] {
      var reader = try JSONReader([0x22] + middle + [0x22])
      #expect(try reader.string() == nil)
      try reader.end()
    }
  }

  @Test func `an escape does not complete a broken sequence before it`() throws {
    // C3 followed by the escape of a continuation byte's value is two things, neither of them "é".
    var reader = try JSONReader([0x22, 0xC3] + Array("\\u00a9".utf8) + [0x22])
    #expect(try reader.string() == nil)
  }

  @Test func `thirty-two levels are read, one more and a million more are errors`() {
    func nested(_ depth: Int) -> [UInt8] {
      Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)
    }
    #expect(Self.isSound(nested(JSONReader.depthLimit)))
    #expect(!Self.isSound(nested(JSONReader.depthLimit + 1)))
    #expect(!Self.isSound(nested(1_000_000)))
    #expect(!Self.isSound(Array(repeating: UInt8(ascii: "["), count: 1_000_000)))
    #expect(!Self.isSound(Array(String(repeating: #"{"a":"#, count: 100_000).utf8)))
    // Breadth is not depth.
    #expect(Self.isSound(Array(("[" + String(repeating: "[],", count: 1_000) + "[]]").utf8)))
  }

  @Test func `a number of a million digits is skipped like any other`() {
    let digits = String(repeating: "9", count: 1_000_000)
    #expect(Self.isSound(Array("[\(digits),-\(digits).\(digits)e\(digits)]".utf8)))
  }

  @Test func `a text beyond the size limit is refused unread`() {
    let bytes = [UInt8](repeating: 0x20, count: JSONReader.sizeLimit + 1)
    do {
      _ = try JSONReader(bytes)
      Issue.record("taken")
    } catch {
      #expect(error.description == "more than 67108864 bytes at byte 67108864")
    }
  }

  @Test func `the error names the byte`() {
    var offset: Int?
    do { _ = try Self.read(Array(#"{"a":1,}"#.utf8)) } catch { offset = error.offset }
    #expect(offset == 7)
  }
}

extension String {
  /// Generated keys are short, so that some objects have one twice.
  fileprivate var hasRepeatedKey: Bool {
    var keys: [Int: Set<String>] = [:]
    var repeated = false
    func walk(_ reader: inout JSONReader, _ id: inout Int) throws(JSONSyntaxError) {
      switch try reader.kind() {
      case .object:
        id += 1
        let own = id
        try reader.object { (reader, name) throws(JSONSyntaxError) in
          if let name, !keys[own, default: []].insert(name).inserted { repeated = true }
          try walk(&reader, &id)
        }
      case .array: try reader.array { (reader) throws(JSONSyntaxError) in try walk(&reader, &id) }
      default: try reader.skip()
      }
    }
    var id = 0
    guard var reader = try? JSONReader(Array(utf8)), (try? walk(&reader, &id)) != nil else { return false }
    return repeated
  }
}
