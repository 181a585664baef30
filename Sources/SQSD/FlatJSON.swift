/// A JSON object without objects or arrays in it, its values left as they are written.
enum FlatJSON {
  /// Nil for anything else, and for a name that comes twice.
  static func members(of bytes: [UInt8]) -> [String: String]? {
    var reader = Reader(rest: bytes[...])
    var members: [String: String] = [:]
    guard reader.skip("{") else { return nil }
    if !reader.skip("}") {
      repeat {
        guard let name = reader.string(), reader.skip(":"), let value = reader.string() ?? reader.word(),
          members.updateValue(value, forKey: String(name.dropFirst().dropLast())) == nil
        else { return nil }
      } while reader.skip(",")
      guard reader.skip("}") else { return nil }
    }
    return reader.isAtEnd ? members : nil
  }

  private struct Reader {
    var rest: ArraySlice<UInt8>

    private mutating func skipBlanks() {
      rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }

    var isAtEnd: Bool {
      mutating get {
        skipBlanks()
        return rest.isEmpty
      }
    }

    mutating func skip(_ letter: Unicode.Scalar) -> Bool {
      skipBlanks()
      guard rest.first == UInt8(ascii: letter) else { return false }
      rest.removeFirst()
      return true
    }

    /// With its quotes. Nil, and nothing read, where there is none or one with an escape: none of ours has one.
    mutating func string() -> String? {
      skipBlanks()
      guard rest.first == UInt8(ascii: "\""),
        let end = rest.dropFirst().firstIndex(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }),
        rest[end] == UInt8(ascii: "\"")
      else { return nil }
      defer { rest = rest[(end + 1)...] }
      return String(decoding: rest[...end], as: UTF8.self)
    }

    /// A number, `true`, `false` or `null`, by the letters that these have.
    mutating func word() -> String? {
      skipBlanks()
      let word = rest.prefix {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
          UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "E"):
          true
        default: false
        }
      }
      guard !word.isEmpty else { return nil }
      rest = rest[word.endIndex...]
      return String(decoding: word, as: UTF8.self)
    }
  }
}
