import NIOCore

/// Where a FastCGI application listens.
package enum FastCGIAddress: Sendable, Hashable {
  /// An IP address and a port.
  case tcp(host: String, port: Int)
  /// The path of a Unix domain socket.
  case unix(path: String)

  /// Why a text is no address: the end of a sentence that begins with the text.
  package struct Fault: Error, Sendable {
    package let reason: String
  }

  /// Reads `127.0.0.1:9000`, `[::1]:9000`, `localhost:9000` or `unix:/run/php-fpm.sock`.
  ///
  /// Host names are not looked up, because the name service of the C library does not work in a static executable.
  /// `localhost` is 127.0.0.1.
  package init(parsing text: String) throws(Fault) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      // sun_path of unix(7) has 108 bytes, the closing NUL among them.
      guard path.hasPrefix("/"), !path.hasSuffix("/"), path.utf8.count <= 107, !path.utf8.contains(0) else {
        throw Fault(reason: "has no path of a Unix socket: it must be absolute and shorter than 108 bytes")
      }
      self = .unix(path: path)
      return
    }
    guard !text.hasPrefix("/") else { throw Fault(reason: "is a path: write unix:\(text)") }
    guard let colon = text.lastIndex(of: ":") else {
      throw Fault(reason: "has no port: write host:port, for example 127.0.0.1:9000, or unix:/run/php-fpm.sock")
    }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.utf8.count <= 5, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
      let port = Int(digits), (1...65_535).contains(port)
    else { throw Fault(reason: "has no port: \"\(digits)\" is not a number from 1 to 65535") }
    self = .tcp(host: try Self.host(parsing: text[..<colon]), port: port)
  }

  private static func host(parsing host: Substring) throws(Fault) -> String {
    if host.equalsIgnoringASCIICase("localhost") { return "127.0.0.1" }
    guard !host.isEmpty else { throw Fault(reason: "has no host: write 127.0.0.1 for this machine") }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let address = String(isBracketed ? host.dropFirst().dropLast() : host)
    guard !address.contains(":") || isBracketed else {
      throw Fault(reason: "has an IPv6 address without brackets: write it as in [::1]:9000")
    }
    guard address.contains(":") == isBracketed, (try? SocketAddress(ipAddress: address, port: 0)) != nil else {
      throw Fault(
        reason: "has a name in the place of an IP address, and names other than localhost are not looked up. Write an "
          + "address, or share a Unix socket with php-fpm's container: unix:/path.sock")
    }
    return address
  }

  func socketAddress() throws -> SocketAddress {
    switch self {
    case .tcp(let host, let port): try SocketAddress(ipAddress: host, port: port)
    case .unix(let path): try SocketAddress(unixDomainSocketPath: path)
    }
  }
}

extension FastCGIAddress: CustomStringConvertible {
  /// The form that `init(parsing:)` reads.
  package var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }

  /// The value of `listen` in php-fpm's configuration that leads here.
  var listen: String {
    switch self {
    case .tcp: description
    case .unix(let path): path
    }
  }
}
