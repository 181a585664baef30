/// A request that has arrived completely and whose framing is beyond doubt.
package struct HTTPRequest: Sendable {
  package var method: String
  /// The request target as it was sent.
  package var target: String
  /// The target without its query, not decoded. Of an absolute-form target, its path.
  package var path: String
  /// What follows the first `?`, not decoded; nil if there is none.
  package var query: String?
  package var headers: HTTPHeaderList
  package var body: [UInt8]

  package init(method: String, target: String, headers: HTTPHeaderList = HTTPHeaderList(), body: [UInt8] = []) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    (path, query) = Self.split(target)
  }

  /// A server must accept `http://host/path` as well as `/path` (RFC 9112, section 3.2.2).
  private static func split(_ target: String) -> (path: String, query: String?) {
    let bytes = target.utf8
    var start = bytes.startIndex
    if bytes.first != UInt8(ascii: "/"), let scheme = target.schemeEnd {
      start = target[scheme...].utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? bytes.endIndex
      if start == bytes.endIndex || bytes[start] == UInt8(ascii: "?") {
        let query = start == bytes.endIndex ? nil : String(target[bytes.index(after: start)...])
        return ("/", query)
      }
    }
    guard let mark = bytes[start...].firstIndex(of: UInt8(ascii: "?")) else {
      return (start == bytes.startIndex ? target : String(target[start...]), nil)
    }
    return (String(target[start..<mark]), String(target[bytes.index(after: mark)...]))
  }
}

extension String {
  /// Where the authority begins, if this is an absolute `http` or `https` URI.
  var schemeEnd: Index? {
    for scheme in ["http://", "https://"] where utf8.count >= scheme.utf8.count {
      let end = utf8.index(startIndex, offsetBy: scheme.utf8.count)
      if self[..<end].equalsIgnoringASCIICase(scheme) { return end }
    }
    return nil
  }
}
