import HTTPCore
import Settings

/// What a script learns about its request (RFC 3875, section 4.1), in the form that nginx and php-fpm have agreed on.
struct CGIVariables: Sendable {
  typealias List = [(name: String, value: String)]

  /// The same for every request.
  private let standing: List

  /// `script` is the path of the file, as php-fpm sees it.
  init(script: String) {
    let slash = script.lastIndex(of: "/") ?? script.startIndex
    standing = [
      ("GATEWAY_INTERFACE", "CGI/1.1"), ("SERVER_SOFTWARE", "beanpole/\(Version.current)"),
      ("SERVER_PROTOCOL", "HTTP/1.1"), ("REQUEST_SCHEME", "http"), ("REDIRECT_STATUS", "200"),
      ("SCRIPT_FILENAME", script), ("SCRIPT_NAME", String(script[slash...])),
      ("DOCUMENT_ROOT", slash == script.startIndex ? "/" : String(script[..<slash])),
    ]
  }

  /// `peer` is the address that the request came from; nil for a Unix socket.
  func list(for request: HTTPRequest, from peer: String?) -> List {
    let path = request.path
    var list = standing
    list.reserveCapacity(standing.count + 10 + request.headers.count)
    list += [
      ("REQUEST_METHOD", request.method), ("REQUEST_URI", request.query.map { "\(path)?\($0)" } ?? path),
      ("QUERY_STRING", request.query ?? ""), ("CONTENT_TYPE", request.headers.first("Content-Type") ?? ""),
      ("CONTENT_LENGTH", "\(request.body.count)"), ("REMOTE_ADDR", peer ?? "127.0.0.1"),
    ]
    let (host, port) = Self.split(request.headers.first("Host") ?? "localhost")
    list += [("SERVER_NAME", host), ("SERVER_PORT", port)]
    Self.append(request.headers, to: &list)
    return list
  }

  /// Fields of one name become one variable. Left out are those that have a variable of their own or belong to the
  /// connection; `Proxy`, which programs would take for the proxy of their own requests (CVE-2016-5387 and its like); and
  /// names with anything but letters, digits and hyphens: `X_Aws_Sqsd_Msgid` would become the variable of
  /// `X-Aws-Sqsd-Msgid`, whatever the signature says of that.
  private static func append(_ headers: HTTPHeaderList, to list: inout List) {
    let start = list.count
    for header in headers {
      guard let name = variable(header.name) else { continue }
      if let place = list[start...].firstIndex(where: { $0.name == name }) {
        list[place].value += (name == "HTTP_COOKIE" ? "; " : ", ") + header.value
      } else {
        list.append((name, header.value))
      }
    }
  }

  private static let omitted: Set<String> = [
    "HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "HTTP_PROXY",
  ]

  private static func variable(_ header: String) -> String? {
    var name = Array("HTTP_".utf8)
    for byte in header.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): name.append(byte - 0x20)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): name.append(byte)
      case UInt8(ascii: "-"): name.append(UInt8(ascii: "_"))
      default: return nil
      }
    }
    let text = String(decoding: name, as: UTF8.self)
    return omitted.contains(text) ? nil : text
  }

  /// Host and port of a Host field, with brackets around an IPv6 address as nginx has them.
  private static func split(_ host: String) -> (host: String, port: String) {
    guard let colon = host.lastIndex(of: ":"), host[colon...].dropFirst().allSatisfy(\.isASCIIDigit) else {
      return (host, "80")
    }
    let port = host[colon...].dropFirst()
    return (String(host[..<colon]), port.isEmpty ? "80" : String(port))
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
