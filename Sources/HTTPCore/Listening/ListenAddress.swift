import NIOCore

/// Where a server listens, or a probe asks.
package enum ListenAddress: Sendable, Hashable {
  /// An IP address and a port; port 0 lets the system choose one.
  case tcp(host: String, port: Int)
  /// The path of a Unix domain socket.
  case unix(path: String)

  /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080` or `unix:/run/x.sock`; throws `HTTPCoreError` for anything
  /// else.
  ///
  /// Host names are not looked up: the name service of the C library does not work in a static executable, and a
  /// listener whose address depends on a lookup is a surprise. `localhost` is 127.0.0.1.
  package init(parsing text: String) throws {
    if text.hasPrefix("unix:") {
      self = try Self.unix(parsing: String(text.dropFirst(5)), in: text)
      return
    }
    guard let colon = text.lastIndex(of: ":") else {
      throw Self.error(text, "it has no port. Write host:port, for example 127.0.0.1:8080, or unix:/path.sock.")
    }
    let portText = text[text.index(after: colon)...]
    guard !portText.isEmpty, portText.utf8.count <= 5, portText.utf8.allSatisfy(\.isDigit), let port = Int(portText),
      port <= 65_535
    else { throw Self.error(text, "\"\(portText)\" is not a port. Ports are numbers from 0 to 65535.") }
    self = .tcp(host: try Self.host(parsing: String(text[..<colon]), in: text), port: port)
  }

  /// True if nobody outside of this machine can reach it.
  package var isLoopback: Bool {
    switch self {
    case .unix: true
    case .tcp(let host, _):
      host.hasPrefix("127.") || host == "::1" || host.lowercased().hasPrefix("::ffff:127.")
    }
  }
}

extension ListenAddress: CustomStringConvertible {
  /// The form that `init(parsing:)` reads.
  package var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}

extension ListenAddress {
  private static func error(_ text: String, _ reason: String) -> HTTPCoreError {
    HTTPCoreError(.invalidAddress, "\"\(text)\" cannot be listened on: \(reason)")
  }

  private static func unix(parsing path: String, in text: String) throws(HTTPCoreError) -> ListenAddress {
    guard path.hasPrefix("/"), !path.hasSuffix("/") else {
      throw error(text, "the path of a Unix socket must be absolute, for example unix:/run/x.sock.")
    }
    // sun_path of unix(7) has 108 bytes, the closing NUL among them.
    guard path.utf8.count <= 107, !path.utf8.contains(0) else {
      throw error(text, "the path of a Unix socket must be shorter than 108 bytes.")
    }
    return .unix(path: path)
  }

  private static func host(parsing host: String, in text: String) throws(HTTPCoreError) -> String {
    if host.equalsIgnoringASCIICase("localhost") { return "127.0.0.1" }
    if host.isEmpty || host == "*" {
      throw error(text, "it has no address. Write 0.0.0.0 for all addresses of this machine.")
    }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let address = isBracketed ? String(host.dropFirst().dropLast()) : host
    let isIPv6 = address.contains(":")
    if isIPv6, !isBracketed {
      throw error(text, "an IPv6 address stands in brackets, for example [::1]:8080.")
    }
    guard isIPv6 == isBracketed, (try? SocketAddress(ipAddress: address, port: 0)) != nil else {
      throw error(
        text, "\"\(host)\" is not an IP address, and names other than localhost are not looked up. Write an address.")
    }
    return address
  }
}
