extension CurlRequest {
  /// All header bytes of one request together; libcurl itself gives up at 1 MiB.
  package static let headerBytesLimit = 256 << 10

  /// Headers that frame the message or change how libcurl sends it. Given by a caller they could contradict the body
  /// (request smuggling, RFC 9112 section 11.2), so the client alone writes them.
  private static let reservedHeaders = ["content-length", "transfer-encoding", "expect"]

  /// Refuses what could not be sent exactly as it was meant.
  ///
  /// libcurl writes CR and LF inside a header value as they are, which lets a value add headers of its own, and every
  /// string ends for it at the first NUL; both must be found here, before anything is sent.
  func checkValidity() throws(CurlError) {
    try checkTarget()
    var headerBytes = 0
    for (name, value) in headers {
      guard name.isToken else {
        throw .invalidRequest("the header name \(String(reflecting: name)) is not a token (RFC 9110 section 5.1)")
      }
      if value.utf8.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) {
        // The value itself may be a secret or part of a message.
        throw .invalidRequest("the value of the header \(name) contains CR, LF or NUL")
      }
      // No reserved name is shorter, and the comparison costs more than all else here.
      if name.utf8.count >= 6, Self.reservedHeaders.contains(where: { name.equalsIgnoringCase($0) }) {
        throw .invalidRequest("the header \(name) is written by the client itself; remove it")
      }
      headerBytes += name.utf8.count + value.utf8.count + 4
    }
    guard headerBytes <= Self.headerBytesLimit else {
      throw .invalidRequest("the headers are \(headerBytes) bytes, more than \(Self.headerBytesLimit)")
    }
  }

  private func checkTarget() throws(CurlError) {
    guard method.isToken else {
      throw .invalidRequest("the method \(String(reflecting: method)) is not a token (RFC 9110 section 9.1)")
    }
    // A HEAD answer has no body, but libcurl would wait for one if the request itself had one.
    guard method != "HEAD" || body.isEmpty else { throw .invalidRequest("a HEAD request cannot have a body") }
    // Without a scheme libcurl guesses one from the host's first letters.
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
      throw .invalidRequest("the URL does not begin with http:// or https://")
    }
    guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
      throw .invalidRequest("the URL contains a space or a control character; percent-encode it")
    }
    if let unixSocketPath {
      guard !unixSocketPath.isEmpty, !unixSocketPath.utf8.contains(0) else {
        throw .invalidRequest("the path of the Unix socket is empty or contains NUL")
      }
    }
    guard keptBodyLimit >= 0, bodyLimit >= 0 else { throw .invalidRequest("a body limit is negative") }
  }

  /// Whether the request may reach the server a second time. libcurl does so by itself when a pooled connection turns
  /// out to be closed before a byte of an answer came; we let it do that for requests without effect only.
  var isReplayable: Bool { body.isEmpty && (method == "GET" || method == "HEAD") }

  /// Host and port as written in the URL, without credentials, or the Unix socket's path: for error messages.
  var address: String {
    if let unixSocketPath { return "unix:" + unixSocketPath }
    let rest = url.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
    let authority = rest.prefix { ![UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")].contains($0) }
    let host = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[authority.index(after: $0)...] } ?? authority
    return String(Substring(host))
  }
}

extension String {
  /// RFC 9110 section 5.6.2: one or more of the 77 characters that separate nothing.
  fileprivate var isToken: Bool {
    !utf8.isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"),
          UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"),
          UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
          true
        default: false
        }
      }
  }

  /// ASCII letters compare without their case; `other` must be lowercase.
  fileprivate func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1 }
  }
}

extension UInt8 {
  /// A letter A to Z as its small form, any other byte as it is.
  var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
