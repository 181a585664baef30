/// Bytes as hexadecimal text.
enum Hexadecimal {
  private static let lowercaseDigits = Array("0123456789abcdef".utf8)
  private static let uppercaseDigits = Array("0123456789ABCDEF".utf8)

  /// Two digits a byte. Signatures and digests are written in lower case, percent-encoding in upper case.
  static func text(_ bytes: some Sequence<UInt8>, uppercase: Bool = false) -> String {
    let digits = uppercase ? uppercaseDigits : lowercaseDigits
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
