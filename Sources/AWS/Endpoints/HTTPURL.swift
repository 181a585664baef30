/// The parts of an `http` or `https` URL (RFC 3986) that a request is addressed by.
struct HTTPURL: Hashable {
  /// "http" or "https".
  let scheme: String
  /// In lower case; an IPv6 address without its brackets.
  let host: String
  /// Nil if the URL names none.
  let port: Int?
  /// As written; "" if there is none.
  let path: String

  /// Nil for anything but scheme, host, port and path: user names, queries and fragments included.
  init?(_ text: String) {
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains(where: { "?#\\\"<>^`{|}".contains($0) }),
      let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://")
    else { return nil }
    scheme = text[..<colon].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = text[text.index(colon, offsetBy: 3)...]
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    path = String(rest[slash...])
    guard let authority = Self.hostAndPort(rest[..<slash]) else { return nil }
    host = authority.host
    port = authority.port
  }

  private static func hostAndPort(_ authority: Substring) -> (host: String, port: Int?)? {
    let isAddress = authority.hasPrefix("[")
    let hostEnd: Substring.Index
    let host: Substring
    if isAddress {
      guard let bracket = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<bracket]
      hostEnd = authority.index(after: bracket)
    } else {
      hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
      host = authority[..<hostEnd]
    }
    // A zone ("fe80::1%eth0") names an interface of one machine; none of our peers is reached that way.
    let isWellFormed =
      isAddress
      ? host.contains(":") && host.utf8.allSatisfy { isHexadecimalDigit($0) || $0 == 0x3A || $0 == 0x2E }
      : host.utf8.allSatisfy { RegionName.isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    guard isWellFormed, !host.isEmpty else { return nil }
    let end = authority[hostEnd...]
    guard !end.isEmpty else { return (host.lowercased(), nil) }
    let digits = end.dropFirst()
    guard end.hasPrefix(":"), (1...5).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = Int(digits), (1...65_535).contains(port)
    else { return nil }
    return (host.lowercased(), port)
  }

  private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }

  /// The value of the `Host` header (RFC 9110, section 7.2): an IPv6 address in brackets, the port unless it is the
  /// scheme's own. It is part of what is signed.
  var hostHeader: String {
    let name = host.contains(":") ? "[\(host)]" : host
    guard let port, port != (scheme == "https" ? 443 : 80) else { return name }
    return "\(name):\(port)"
  }
}
