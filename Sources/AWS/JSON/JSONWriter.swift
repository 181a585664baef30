/// Writes JSON (RFC 8259), value by value, for the calls that are made for every few messages. The encoder of Foundation
/// takes five times as long for them.
///
/// Names are literals of ours that need no escapes.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(4096) }

  mutating func object(_ members: (inout JSONWriter) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "{"))
    members(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  mutating func array(_ name: StaticString, _ elements: (inout JSONWriter) -> Void) {
    begin(name)
    bytes.append(UInt8(ascii: "["))
    elements(&self)
    bytes.append(UInt8(ascii: "]"))
  }

  mutating func element(_ value: String) {
    separate()
    append(value)
  }

  mutating func member(_ name: StaticString, _ value: String) {
    begin(name)
    append(value)
  }

  mutating func member(_ name: StaticString, _ value: Int) {
    begin(name)
    bytes += value.description.utf8
  }

  private mutating func begin(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes += name.description.utf8
    bytes += "\":".utf8
  }

  /// A comma, unless this is the first in its object or array.
  private mutating func separate() {
    guard let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") else { return }
    bytes.append(UInt8(ascii: ","))
  }

  private mutating func append(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    if Self.isPlain(text) { bytes += text.utf8 } else { appendEscaped(text) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// No byte needs an escape, as in every URL and receipt handle: the text is then copied as a whole.
  private static func isPlain(_ text: String) -> Bool {
    let bytes = text.utf8.span
    for index in bytes.indices {
      let byte = bytes[index]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
    }
    return true
  }

  private mutating func appendEscaped(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20: bytes += "\\u00\(Hexadecimal.text([byte]))".utf8
      default: bytes.append(byte)
      }
    }
  }
}
