/// A character that a word processor, a chat or a web page puts where a plain one was typed.
struct TypedSign: Equatable {
  let name: String
  /// What was typed, and its name.
  let replacement: String
  let meant: String
  var isQuotationMark: Bool { replacement == "\"" || replacement == "'" }
  var isDash: Bool { replacement == "-" }

  init?(_ scalar: Unicode.Scalar) {
    let kind: String
    switch scalar.value {
    case 0x2014: (kind, replacement, meant) = ("an em dash", "-", "a hyphen")
    case 0x2013: (kind, replacement, meant) = ("an en dash", "-", "a hyphen")
    case 0x2010...0x2012, 0x2015, 0x2212: (kind, replacement, meant) = ("a dash", "-", "a hyphen")
    case 0x201C...0x201F, 0xAB, 0xBB: (kind, replacement, meant) = ("a curly quotation mark", "\"", "a straight one")
    case 0x2018...0x201B: (kind, replacement, meant) = ("a curly quotation mark", "'", "a straight one")
    case 0xA0, 0x2007, 0x2009, 0x202F, 0x3000:
      (kind, replacement, meant) = ("a non-breaking or other special blank", "a plain blank", "a plain one")
    case 0x2217, 0xFF0A, 0xD7, 0x2731: (kind, replacement, meant) = ("a sign that looks like a star", "*", "a star")
    case 0xFF1A: (kind, replacement, meant) = ("a wide colon", ":", "a colon")
    default: return nil
    }
    let isVisible = scalar.properties.generalCategory != .spaceSeparator
    name = "\(kind) (\(isVisible ? "\(scalar), " : "")\(Self.code(scalar)))"
  }

  /// Windows-1252's bytes for them, which are no UTF-8 by themselves.
  init?(windows1252 byte: UInt8) {
    guard let scalar = Self.scalar(windows1252: byte) else { return nil }
    self.init(scalar)
  }

  static func scalar(windows1252 byte: UInt8) -> Unicode.Scalar? {
    let scalars: [UInt8: Unicode.Scalar] = [
      0x91: "\u{2018}", 0x92: "\u{2019}", 0x93: "\u{201C}", 0x94: "\u{201D}", 0x96: "\u{2013}", 0x97: "\u{2014}",
      0xA0: "\u{A0}",
    ]
    return scalars[byte]
  }

  /// `U+2014`.
  static func code(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
