extension JSONReader {
  /// Reads a string as text; nil if it is no Unicode text.
  mutating func text() throws(JSONSyntaxError) -> String? {
    if let plain = try plainString() {
      // Nothing is repaired: ASCII is valid as it is.
      return String(decoding: bytes[plain], as: UTF8.self)
    }
    guard let value = try string() else { return nil }
    return String(validating: value, as: UTF8.self)
  }

  /// Reads a string as the bytes of its value in UTF-8; nil if the value is no Unicode text.
  mutating func string() throws(JSONSyntaxError) -> [UInt8]? {
    if let plain = try plainString() { return Array(bytes[plain]) }
    position += 1
    var value: [UInt8] = []
    // Most strings with escapes are bodies, and most bodies fit.
    value.reserveCapacity(256)
    var isText = true
    var isASCII = true
    while true {
      let start = position
      var union: UInt8 = 0
      position = Self.endOfRun(bytes.span, from: start, union: &union)
      value.append(contentsOf: bytes[start..<position])
      if union >= 0x80 { isASCII = false }
      guard position < bytes.count else { throw failure("the end of the text inside a string") }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        // Escapes only ever add whole characters, so what can be wrong is what stood there as bytes.
        guard isText, isASCII || Self.isUTF8(value) else { return nil }
        return value
      case UInt8(ascii: "\\"):
        if try !escape(into: &value) { isText = false }
      default:
        throw failure("a control character in a string")
      }
    }
  }

  /// Reads a string of ASCII without escapes, which nearly all are: names, ids, numbers, most bodies. Otherwise it is nil,
  /// and the reader still stands before the string.
  private mutating func plainString() throws(JSONSyntaxError) -> Range<Int>? {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure("no string") }
    let start = position + 1
    var union: UInt8 = 0
    let end = Self.endOfRun(bytes.span, from: start, union: &union)
    guard end < bytes.count, bytes[end] == UInt8(ascii: "\""), union < 0x80 else { return nil }
    position = end + 1
    return start..<end
  }

  /// The first byte from `start` on that is a quote, a backslash or a control character; the others' bits in `union`.
  private static func endOfRun(_ bytes: Span<UInt8>, from start: Int, union: inout UInt8) -> Int {
    var index = start
    while index < bytes.count, case let byte = bytes[index],
      byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20
    {
      union |= byte
      index += 1
    }
    return index
  }

  private static func isUTF8(_ bytes: [UInt8]) -> Bool {
    (try? UTF8Span(validating: bytes.span)) != nil
  }

  /// Reads one escape, or the two of a surrogate pair; false for a surrogate without its other half.
  private mutating func escape(into value: inout [UInt8]) throws(JSONSyntaxError) -> Bool {
    guard position + 1 < bytes.count else { throw failure("the end of the text inside a string") }
    let byte: UInt8
    switch bytes[position + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte = bytes[position + 1]
    case UInt8(ascii: "b"): byte = 0x08
    case UInt8(ascii: "f"): byte = 0x0C
    case UInt8(ascii: "n"): byte = 0x0A
    case UInt8(ascii: "r"): byte = 0x0D
    case UInt8(ascii: "t"): byte = 0x09
    case UInt8(ascii: "u"): return try unicodeEscape(into: &value)
    default: throw failure("an unknown escape in a string")
    }
    value.append(byte)
    position += 2
    return true
  }

  private mutating func unicodeEscape(into value: inout [UInt8]) throws(JSONSyntaxError) -> Bool {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) {
      value.append(contentsOf: scalar.utf8)
      return true
    }
    guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { return false }
    let afterFirst = position
    let second = try fourDigits()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else {
      // The second escape stands for itself: it may be the first half of a pair of its own.
      position = afterFirst
      return false
    }
    value.append(contentsOf: scalar.utf8)
    return true
  }

  /// The value of `\uXXXX` at the position.
  private mutating func fourDigits() throws(JSONSyntaxError) -> UInt32 {
    guard position + 6 <= bytes.count else { throw failure("the end of the text inside a string") }
    var value: UInt32 = 0
    for index in (position + 2)..<(position + 6) {
      let digit: UInt8
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
      default: throw failure("an escape without four digits")
      }
      value = value << 4 | UInt32(digit)
    }
    position += 6
    return value
  }
}
