/// `http://host:port`, `https://host:port` or `unix:/path.sock`.
struct ApplicationAddress: Sendable, Equatable, CustomStringConvertible {
  /// Scheme and authority, to which a path is appended.
  let origin: String
  /// Dialled instead of the origin's host.
  let unixSocketPath: String?

  /// Where Beanstalk's daemon posts to.
  static let beanstalk = ApplicationAddress(origin: "http://localhost:80", unixSocketPath: nil)

  private init(origin: String, unixSocketPath: String?) {
    self.origin = origin
    self.unixSocketPath = unixSocketPath
  }

  init(parsing text: String) throws(InvalidAddress) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst("unix:".count))
      guard path.hasPrefix("/") else { throw InvalidAddress(reason: "needs an absolute path: unix:/run/app.sock") }
      // sun_path of unix(7) has room for 107 bytes and a NUL.
      guard path.utf8.count <= 107 else {
        throw InvalidAddress(reason: "has a longer path than a Unix socket can have")
      }
      origin = "http://localhost"
      unixSocketPath = path
      return
    }
    guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else {
      throw InvalidAddress(reason: "does not begin with http://, https:// or unix:/")
    }
    let authority = text.dropFirst(scheme.count)
    let bare = authority.hasSuffix("/") ? authority.dropLast() : authority
    guard !bare.contains("/"), !bare.contains("?"), !bare.contains("#") else {
      throw InvalidAddress(
        reason: "has more than host and port; a path belongs into --http-path or --queue-url URL=/path")
    }
    guard bare.utf8.allSatisfy(Self.isAuthority), Self.isHostAndPort(bare) else {
      throw InvalidAddress(reason: "has no host, letters that no host has, or no port from 1 to 65535 after its colon")
    }
    origin = scheme + String(bare)
    unixSocketPath = nil
  }

  /// A name or an IPv4 address, or an IPv6 address in brackets; then perhaps a colon and a port.
  private static func isHostAndPort(_ text: Substring) -> Bool {
    let host: Substring
    let rest: Substring
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
    } else {
      host = text.prefix { $0 != ":" }
      rest = text[host.endIndex...]
      guard !host.contains("["), !host.contains("]") else { return false }
    }
    guard !host.isEmpty else { return false }
    guard let colon = rest.first else { return true }
    let port = rest.dropFirst()
    return colon == ":" && port.allSatisfy(\.isNumber) && (1...65_535).contains(Int(port) ?? 0)
  }

  /// Letters, digits and `-._~` of names, `:` before the port, `[]` around IPv6. No `@`: secrets in a URL end in logs.
  private static func isAuthority(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~:[]".utf8.contains(byte)
    }
  }

  var description: String { unixSocketPath.map { "unix:\($0)" } ?? origin }

  struct InvalidAddress: Error {
    let reason: String
  }
}
