/// An answer. The server adds Content-Length, Date and, when it is going to close, Connection; fields of those names, and
/// Transfer-Encoding, that are given here are left out.
package struct HTTPResponse: Sendable {
  /// 200 to 599. (Interim answers go through `HTTPExchange.sendInterim`.)
  package var status: Int
  /// Names must be tokens and values free of line breaks and control characters; otherwise the client gets a 500 and the
  /// log an error.
  package var headers: [(name: String, value: String)]
  /// Not sent with 204 and 304, nor in answer to HEAD.
  package var body: [UInt8]

  package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Plain text; a line end is added to `body` where it has none.
  package static func text(_ status: Int, _ body: String) -> HTTPResponse {
    var bytes = Array(body.utf8)
    if !bytes.isEmpty, bytes.last != 0x0A { bytes.append(0x0A) }
    return HTTPResponse(status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: bytes)
  }

  /// JSON text, sent as it is.
  package static func json(_ status: Int, _ body: String) -> HTTPResponse {
    HTTPResponse(status: status, headers: [("Content-Type", "application/json")], body: Array(body.utf8))
  }
}
