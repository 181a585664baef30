extension StringProtocol {
  /// Compares as HTTP compares names and tokens: letters A to Z without regard to case, everything else by byte.
  func equalsIgnoringASCIICase(_ other: some StringProtocol) -> Bool {
    let ours = utf8
    let theirs = other.utf8
    guard ours.count == theirs.count else { return false }
    for (a, b) in zip(ours, theirs) where a != b && a.lowercasedASCII != b.lowercasedASCII { return false }
    return true
  }

  /// A token of RFC 9110, section 5.6.2: what a method or a field name may be made of.
  var isToken: Bool { !isEmpty && utf8.allSatisfy(\.isTokenByte) }

  /// What a field value may hold (RFC 9110, section 5.5): no control characters but the tab. CR, LF and NUL are among the
  /// refused ones, which is what keeps a value from becoming a line of its own.
  var isFieldValue: Bool { utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } }
}

extension Substring {
  /// Without the spaces and tabs around it: OWS of RFC 9110, section 5.6.3, and nothing else that Unicode calls white.
  func trimmingOptionalWhitespace() -> Substring {
    let bytes = utf8
    var start = bytes.startIndex
    var end = bytes.endIndex
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start = bytes.index(after: start) }
    while start < end {
      let last = bytes.index(before: end)
      guard bytes[last] == 0x20 || bytes[last] == 0x09 else { break }
      end = last
    }
    return self[start..<end]
  }
}

extension UInt8 {
  var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  var isTokenByte: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
    default: false
    }
  }
}
