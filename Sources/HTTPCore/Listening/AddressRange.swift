import Glibc

/// Addresses that belong together: one, or all that begin with the same bits (CIDR, RFC 4632).
package struct AddressRange: Sendable, Hashable, CustomStringConvertible {
  /// The text it was read from.
  package let description: String
  /// Four bytes or sixteen.
  private let bytes: [UInt8]
  private let prefixLength: Int

  /// Reads `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`; nil for anything else, and where bits behind the prefix are set, which
  /// is a slip more often than not.
  package init?(parsing text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, !first.contains("%"), let bytes = ipBytes(String(first)) else { return nil }
    var length = bytes.count * 8
    if parts.count == 2 {
      guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isDigit), let given = Int(parts[1]),
        given <= length
      else { return nil }
      length = given
    }
    for bit in length..<bytes.count * 8 where bytes[bit / 8] & (0x80 >> (bit % 8)) != 0 { return nil }
    description = text
    self.bytes = bytes
    prefixLength = length
  }

  /// True if the address, in the text form that the system gives, is one of these.
  func contains(_ address: String) -> Bool {
    guard let other = ipBytes(address), other.count == bytes.count else { return false }
    let whole = prefixLength / 8
    guard bytes[..<whole] == other[..<whole] else { return false }
    guard prefixLength % 8 != 0 else { return true }
    return (bytes[whole] ^ other[whole]) >> (8 - prefixLength % 8) == 0
  }

  /// Where programs of this machine, or this network namespace, come from.
  package static let loopback = ["127.0.0.0/8", "::1"].compactMap(AddressRange.init(parsing:))
}

private func ipBytes(_ text: String) -> [UInt8]? {
  // A link-local address may name its interface behind a percent sign.
  let address = String(text.prefix { $0 != "%" })
  var bytes = [UInt8](repeating: 0, count: 16)
  if unsafe inet_pton(AF_INET, address, &bytes) == 1 { return Array(bytes[..<4]) }
  guard unsafe inet_pton(AF_INET6, address, &bytes) == 1 else { return nil }
  // An IPv4 address that came over an IPv6 socket.
  let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
  return Array(bytes[..<12]) == mapped ? Array(bytes[12...]) : bytes
}
