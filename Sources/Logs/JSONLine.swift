import Logging

/// One JSON object on one line, written member by member.
struct JSONLine {
  private(set) var bytes: [UInt8] = []

  init() {
    // Most lines fit, and then nothing is copied while they grow.
    bytes.reserveCapacity(512)
    bytes.append(UInt8(ascii: "{"))
  }

  mutating func add(_ name: String, _ value: String) {
    addName(name)
    Self.appendQuoted(value, to: &bytes)
  }

  /// The time is ASCII that needs no escape.
  mutating func add(_ name: String, _ time: LogTime) {
    addName(name)
    bytes.append(UInt8(ascii: "\""))
    time.append(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func add(_ name: String, _ value: Logger.MetadataValue) {
    addName(name)
    append(value)
  }

  consuming func finished() -> [UInt8] {
    bytes += "}\n".utf8
    return bytes
  }

  private mutating func addName(_ name: String) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    Self.appendQuoted(cut(name, to: 200), to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func append(_ value: Logger.MetadataValue) {
    switch value {
    case .string(let text): Self.appendQuoted(cut(text), to: &bytes)
    // A number stays a number, so that queries can compare it; JSON has no NaN or infinity.
    case .stringConvertible(let number as Int): bytes += number.description.utf8
    case .stringConvertible(let number as Double) where number.isFinite: bytes += number.description.utf8
    case .stringConvertible(let flag as Bool): bytes += flag.description.utf8
    // Behind the usual types: looking for a conformance costs as much as a whole line.
    case .stringConvertible(let number as any BinaryInteger): bytes += number.description.utf8
    case .stringConvertible(let other): Self.appendQuoted(cut(other.description), to: &bytes)
    case .array, .dictionary: Self.appendQuoted(cut(value.description), to: &bytes)
    }
  }

  /// How many bytes a text has once it is quoted, its quotation marks left out.
  static func quotedCount(_ text: some Collection<UInt8>) -> Int {
    text.reduce(0) { count, byte in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0A, 0x0D, 0x09: count + 2
      case 0..<0x20, 0x7F: count + 6
      default: count + 1
      }
    }
  }

  static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    appendQuoted(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// RFC 8259 section 7: quotation mark, reverse solidus and everything below U+0020 are escaped; DEL too, for terminals.
  static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if isPlain(text) { bytes += text.utf8 } else { appendEscaped(text, to: &bytes) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// No byte of the text needs an escape, as in nearly all: it is then copied as a whole.
  private static func isPlain(_ text: String) -> Bool {
    let bytes = text.utf8.span
    for index in bytes.indices {
      let byte = bytes[index]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F { return false }
    }
    return true
  }

  private static func appendEscaped(_ text: String, to bytes: inout [UInt8]) {
    let hex = Array("0123456789abcdef".utf8)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case 0..<0x20, 0x7F:
        bytes += "\\u00".utf8
        bytes += [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
  }
}
