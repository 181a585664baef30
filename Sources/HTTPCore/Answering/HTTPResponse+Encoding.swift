import NIOCore

extension HTTPResponse {
  /// Why this answer cannot be sent; nil if it can.
  var fault: String? {
    guard (200...599).contains(status) else { return "\(status) is not a final status" }
    for (name, value) in headers {
      guard name.isToken else { return "a header name is not a token" }
      guard value.isFieldValue else { return "the value of \(name) contains a control character" }
    }
    return nil
  }

  /// Fields that say where the message ends or what becomes of the connection: that is the server's own knowledge.
  private static let ownFields = ["Connection", "Content-Length", "Date", "Keep-Alive", "Transfer-Encoding"]

  func encode(into buffer: inout ByteBuffer, date: String, connection: String?, omittingBody: Bool) {
    // RFC 9110, section 8.6: no Content-Length with 204; with 304 it would have to be that of the 200 it stands for.
    let hasBody = status != 204 && status != 304
    Self.encodeStatusLine(status, into: &buffer)
    for (name, value) in headers where !Self.ownFields.contains(where: { $0.equalsIgnoringASCIICase(name) }) {
      buffer.writeField(name, value)
    }
    if hasBody { buffer.writeField("Content-Length", String(body.count)) }
    buffer.writeField("Date", date)
    if let connection { buffer.writeField("Connection", connection) }
    buffer.writeStaticString("\r\n")
    if hasBody, !omittingBody { buffer.writeBytes(body) }
  }

  static func encodeInterim(_ status: Int, into buffer: inout ByteBuffer) {
    encodeStatusLine(status, into: &buffer)
    buffer.writeStaticString("\r\n")
  }

  private static func encodeStatusLine(_ status: Int, into buffer: inout ByteBuffer) {
    buffer.writeStaticString("HTTP/1.1 ")
    buffer.writeString(String(status))
    buffer.writeStaticString(" ")
    buffer.writeString(reason(for: status))
    buffer.writeStaticString("\r\n")
  }

  /// The phrases of RFC 9110, section 15. Clients must not read them (RFC 9112, section 4); people do.
  private static func reason(for status: Int) -> String {
    switch status {
    case 100: "Continue"
    case 102: "Processing"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 411: "Length Required"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: ""
    }
  }
}

extension ByteBuffer {
  fileprivate mutating func writeField(_ name: String, _ value: String) {
    writeString(name)
    writeStaticString(": ")
    writeString(value)
    writeStaticString("\r\n")
  }
}
