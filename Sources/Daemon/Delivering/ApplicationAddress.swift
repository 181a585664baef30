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
    guard !bare.isEmpty, bare.utf8.allSatisfy(Self.isAuthority) else {
      throw InvalidAddress(reason: "has no host, or letters that no host has")
    }
    origin = scheme + String(bare)
    unixSocketPath = nil
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
