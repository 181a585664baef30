/// Cuts XML into start tags, end tags and texts.
struct XMLScanner {
  enum Token {
    case start(name: [UInt8], isEmpty: Bool)
    case end(name: [UInt8])
    case text([UInt8])
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  func failure(_ reason: String) -> XMLLeaves.SyntaxError { .init(reason: reason, offset: position) }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  /// Nil at the end.
  mutating func next() throws(XMLLeaves.SyntaxError) -> Token? {
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else { return .text(try text()) }
      if skip("<![CDATA[") {
        return .text(Array(try upTo("]]>")))
      } else if skip("<!--") {
        _ = try upTo("-->")
      } else if skip("<?") {
        _ = try upTo("?>")
      } else if skip("</") {
        let name = try name()
        skipSpace()
        guard skip(">") else { throw failure("an end tag that is not closed") }
        return .end(name: name)
      } else if skip("<!") {
        throw failure("a document type, which is not read")
      } else {
        position += 1
        return try startTag()
      }
    }
    return nil
  }

  private mutating func startTag() throws(XMLLeaves.SyntaxError) -> Token {
    let name = try name()
    while true {
      skipSpace()
      if skip("/>") { return .start(name: name, isEmpty: true) }
      if skip(">") { return .start(name: name, isEmpty: false) }
      _ = try self.name()
      skipSpace()
      guard skip("=") else { throw failure("an attribute without a value") }
      skipSpace()
      guard skip("\"") else {
        guard skip("'") else { throw failure("an attribute without a value in quotes") }
        _ = try upTo("'")
        continue
      }
      _ = try upTo("\"")
    }
  }

  private mutating func text() throws(XMLLeaves.SyntaxError) -> [UInt8] {
    var result: [UInt8] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
      if bytes[position] == UInt8(ascii: "&") {
        result += try reference()
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return result
  }

  /// `&amp;` and its four companions, `&#38;` and `&#x26;`.
  private mutating func reference() throws(XMLLeaves.SyntaxError) -> [UInt8] {
    let end = bytes[position...].prefix(12).firstIndex(of: UInt8(ascii: ";"))
    guard let end else { throw failure("an & that begins no reference") }
    let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
    let result: [UInt8]
    switch name {
    case "amp": result = [UInt8(ascii: "&")]
    case "lt": result = [UInt8(ascii: "<")]
    case "gt": result = [UInt8(ascii: ">")]
    case "quot": result = [UInt8(ascii: "\"")]
    case "apos": result = [UInt8(ascii: "'")]
    default:
      let digits = name.hasPrefix("#x") ? name.dropFirst(2) : name.dropFirst()
      guard name.hasPrefix("#"), digits.first != "+", digits.first != "-",
        let value = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10), value != 0,
        let scalar = Unicode.Scalar(value)
      else { throw failure("an unknown reference") }
      result = Array(String(Character(scalar)).utf8)
    }
    position = end + 1
    return result
  }

  private mutating func name() throws(XMLLeaves.SyntaxError) -> [UInt8] {
    let start = position
    while position < bytes.count, case let byte = bytes[position],
      RegionName.isLetterOrDigit(byte) || byte >= 0x80 || "_:.-".utf8.contains(byte)
    {
      position += 1
    }
    guard position > start else { throw failure("no name where one belongs") }
    return Array(bytes[start..<position])
  }

  /// What stands before `end`, which is skipped as well.
  private mutating func upTo(_ end: StaticString) throws(XMLLeaves.SyntaxError) -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.count {
      let here = position
      if skip(end) { return bytes[start..<here] }
      position += 1
    }
    throw failure("the end of the text inside a comment, a value or the like")
  }

  private mutating func skip(_ text: StaticString) -> Bool {
    let expected = text.description.utf8
    guard bytes[position...].starts(with: expected) else { return false }
    position += expected.count
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
  }
}
