/// One HTTP request, with the limits that hold for its answer.
///
/// The client writes `Host`, when the caller does not, and `Content-Length` for everything but a bodiless `GET` or `HEAD`;
/// every other header is the caller's. libcurl's own default headers are never sent.
package struct CurlRequest: Sendable {
  package enum Version: Sendable {
    case http1
    /// HTTP/2 from the first byte on, which a server that knows only HTTP/1.1 cannot answer. Over TLS it is negotiated.
    /// See ``CurlClient/http2PriorKnowledge``. A connection still carries one request at a time.
    case http2PriorKnowledge
  }

  /// Sent as it is: `GET`, `POST`, `PUT`, `HEAD` or any other token (RFC 9110 section 9.1).
  package var method: String
  /// An absolute `http` or `https` URL. The path is sent as written, without `..` being resolved.
  package var url: String
  /// A Unix socket that is dialled instead of the URL's host; the URL still decides `Host` and path.
  package var unixSocketPath: String?
  /// Sent in this order, values as UTF-8; an empty value is sent as an empty header.
  package var headers: [(name: String, value: String)]
  /// Sent with its length, never chunked.
  package var body: [UInt8]
  /// From the start of the name lookup to a connection that is ready, TLS included; at least 1 ms.
  package var connectTimeout: Duration
  /// The longest silence of the peer once connected. A header line (those of interim 1xx answers included), a piece
  /// of the body, and each piece of our own body that the peer takes start it anew. `nil` waits without end.
  package var idleTimeout: Duration?
  /// From the start of the request to the last byte of its answer. `nil` is no limit.
  package var totalTimeout: Duration?
  /// Bytes of the answer's body that are kept; the rest is read, counted and dropped.
  package var keptBodyLimit: Int
  /// A body longer than this ends the transfer with ``CurlError/Code/bodyTooLarge``.
  package var bodyLimit: Int
  /// Opens a connection for this request instead of taking one from the pool; it joins the pool afterwards.
  package var freshConnection: Bool
  /// Ends once the connection is there, TLS included: nothing is sent, the status is 0, the connection is closed.
  package var connectOnly = false
  package var version: Version

  package init(
    method: String,
    url: String,
    unixSocketPath: String? = nil,
    headers: [(name: String, value: String)] = [],
    body: [UInt8] = [],
    connectTimeout: Duration = .seconds(5),
    idleTimeout: Duration? = nil,
    totalTimeout: Duration? = nil,
    keptBodyLimit: Int = 64 << 10,
    bodyLimit: Int = 16 << 20,
    freshConnection: Bool = false,
    version: Version = .http1
  ) {
    self.method = method
    self.url = url
    self.unixSocketPath = unixSocketPath
    self.headers = headers
    self.body = body
    self.connectTimeout = connectTimeout
    self.idleTimeout = idleTimeout
    self.totalTimeout = totalTimeout
    self.keptBodyLimit = keptBodyLimit
    self.bodyLimit = bodyLimit
    self.freshConnection = freshConnection
    self.version = version
  }
}

extension CurlRequest: CustomStringConvertible {
  /// Method and host only: path, headers and body may hold what must not be logged.
  package var description: String { "\(method) to \(address), \(body.count) bytes" }
}
