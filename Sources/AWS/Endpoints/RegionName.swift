/// The form of a region's name.
enum RegionName {
  /// A name becomes a label of the host that is dialled and signed for, so only what may stand in one passes.
  static func isValid(_ name: String) -> Bool {
    (1...63).contains(name.utf8.count) && !name.hasPrefix("-") && !name.hasSuffix("-")
      && name.utf8.allSatisfy { isLowercaseOrDigit($0) || $0 == UInt8(ascii: "-") }
  }

  /// Two or more words and a number, "us-gov-west-1": what tells a region from the other labels of a host.
  static func looksReal(_ name: some StringProtocol) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, let number = parts.last, !number.isEmpty else { return false }
    return number.utf8.allSatisfy { (0x30...0x39).contains($0) }
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isLowercaseOrDigit) }
  }

  static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLowercaseOrDigit(byte) || (0x41...0x5A).contains(byte) }

  private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }
}
