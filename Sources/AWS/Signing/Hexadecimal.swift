/// Bytes as hexadecimal text.
enum Hexadecimal {
  /// Two digits a byte. Signatures and digests are written in lower case, percent-encoding in upper case.
  static func text(_ bytes: some Sequence<UInt8>, uppercase: Bool = false) -> String {
    let ten = UInt8(ascii: uppercase ? "A" : "a")
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : ten + value - 10 }
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether a text, in either case, is that of the bytes: without making the text, as a digest of each message is
  /// compared.
  static func isText(_ text: String, of bytes: some Sequence<UInt8>) -> Bool {
    let digits = text.utf8.span
    var index = 0
    for byte in bytes {
      guard index + 1 < digits.count, value(digits[index]) == byte >> 4, value(digits[index + 1]) == byte & 15 else {
        return false
      }
      index += 2
    }
    return index == digits.count
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
