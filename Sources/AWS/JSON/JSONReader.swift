/// Reads JSON (RFC 8259) from bytes by asking for what comes next, without building a tree of it.
///
/// What it decides where the RFC leaves a choice, or where leniency could lose something:
/// - The grammar is kept to: no comments, no trailing commas, no raw control characters in strings, nothing but white
///   space after the value, no byte order mark. A text that breaks it is an error as a whole.
/// - A string whose value is no Unicode text (a lone surrogate as in `"\ud800"`, or bytes that are not UTF-8) is sound
///   JSON around it: `string()` is nil for it and the reader stands after it, so the caller can refuse that one value.
///   Nothing is ever replaced by U+FFFD.
/// - Members of one name: every one is handed out, so the last one wins with a caller that assigns.
/// - Arrays and objects may be 32 deep (`depthLimit`), which also bounds the recursion.
/// - Numbers are checked and skipped, never converted.
struct JSONReader {
  /// Beyond this no text is read; the answer of ten messages of 1 MiB, with every byte escaped, is 60 MiB.
  static let sizeLimit = 64 * 1_048_576
  static let depthLimit = 32

  enum Kind {
    case object, array, string, number, boolean, null
  }

  let bytes: [UInt8]
  var position = 0
  private var depth = 0

  init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
    guard bytes.count <= Self.sizeLimit else {
      throw JSONSyntaxError(reason: "more than \(Self.sizeLimit) bytes", offset: Self.sizeLimit)
    }
    self.bytes = bytes
  }

  func failure(_ reason: String) -> JSONSyntaxError { JSONSyntaxError(reason: reason, offset: position) }

  /// What the next value is, by its first byte.
  mutating func kind() throws(JSONSyntaxError) -> Kind {
    switch try nextByte() {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw failure("no value")
    }
  }

  /// Reads an object. `member` is called with each name and has to read or skip the value; the name is nil if it is no
  /// Unicode text.
  mutating func object(
    _ member: (inout JSONReader, String?) throws(JSONSyntaxError) -> Void
  ) throws(JSONSyntaxError) {
    try enter(UInt8(ascii: "{"))
    if try take(UInt8(ascii: "}")) { return depth -= 1 }
    repeat {
      guard try nextByte() == UInt8(ascii: "\"") else { throw failure("no member name") }
      let name = try text()
      guard try take(UInt8(ascii: ":")) else { throw failure("no colon") }
      try member(&self, name)
    } while try take(UInt8(ascii: ","))
    guard try take(UInt8(ascii: "}")) else { throw failure("no comma and no end of the object") }
    depth -= 1
  }

  /// Reads an array. `element` is called at each element and has to read or skip it.
  mutating func array(_ element: (inout JSONReader) throws(JSONSyntaxError) -> Void) throws(JSONSyntaxError) {
    try enter(UInt8(ascii: "["))
    if try take(UInt8(ascii: "]")) { return depth -= 1 }
    repeat { try element(&self) } while try take(UInt8(ascii: ","))
    guard try take(UInt8(ascii: "]")) else { throw failure("no comma and no end of the array") }
    depth -= 1
  }

  /// Reads whatever value comes next, and checks that it is one.
  mutating func skip() throws(JSONSyntaxError) {
    switch try kind() {
    case .object:
      try object { (reader, _) throws(JSONSyntaxError) in try reader.skip() }
    case .array:
      try array { (reader) throws(JSONSyntaxError) in try reader.skip() }
    case .string: _ = try string()
    case .number: try number()
    case .boolean: try word(bytes[position] == UInt8(ascii: "t") ? "true" : "false")
    case .null: try word("null")
    }
  }

  /// Nothing but white space may follow.
  mutating func end() throws(JSONSyntaxError) {
    skipWhiteSpace()
    guard position == bytes.count else { throw failure("more after the end of the value") }
  }
}

extension JSONReader {
  private mutating func enter(_ opening: UInt8) throws(JSONSyntaxError) {
    guard try take(opening) else { throw failure("neither an object nor an array as expected") }
    depth += 1
    guard depth <= Self.depthLimit else { throw failure("more than \(Self.depthLimit) levels") }
  }

  private mutating func skipWhiteSpace() {
    while position < bytes.count, case let byte = bytes[position],
      byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    {
      position += 1
    }
  }

  /// The next byte that is not white space, which stays the next.
  private mutating func nextByte() throws(JSONSyntaxError) -> UInt8 {
    skipWhiteSpace()
    guard position < bytes.count else { throw failure("the end of the text") }
    return bytes[position]
  }

  private mutating func take(_ byte: UInt8) throws(JSONSyntaxError) -> Bool {
    guard try nextByte() == byte else { return false }
    position += 1
    return true
  }

  private mutating func word(_ word: StaticString) throws(JSONSyntaxError) {
    let expected = word.description.utf8
    guard bytes[position...].starts(with: expected) else { throw failure("no value") }
    position += expected.count
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private mutating func number() throws(JSONSyntaxError) {
    func byte() -> UInt8 { position < bytes.count ? bytes[position] : 0 }
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    func digits() throws(JSONSyntaxError) {
      guard isDigit(byte()) else { throw failure("no digit") }
      while isDigit(byte()) { position += 1 }
    }
    if byte() == UInt8(ascii: "-") { position += 1 }
    if byte() == UInt8(ascii: "0") { position += 1 } else { try digits() }
    if byte() == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if byte() | 0x20 == UInt8(ascii: "e") {
      position += 1
      if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
  }
}
