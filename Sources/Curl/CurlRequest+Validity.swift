extension CurlRequest {
  /// All header bytes of one request together; libcurl itself gives up at 1 MiB.
  package static let headerBytesLimit = 256 << 10

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
      guard value.isHeaderValue else {
        // The value itself may be a secret or part of a message.
        throw .invalidRequest("the value of the header \(name) contains CR, LF or NUL")
      }
      guard !name.isReservedHeader else {
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
    guard url.isVisible else {
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

// These run over every byte of every header, so they go over the bytes themselves: iterating over a string's UTF-8 view
// costs five times as much, together a tenth of a small request.
extension String {
  /// RFC 9110 section 5.6.2: one or more of the 77 characters that separate nothing.
  fileprivate var isToken: Bool {
    let bytes = utf8.span
    for index in bytes.indices where !bytes[index].isTokenCharacter { return false }
    return !bytes.isEmpty
  }

  fileprivate var isHeaderValue: Bool {
    let bytes = utf8.span
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == 0 || byte == 10 || byte == 13 { return false }
    }
    return true
  }

  /// Neither blanks nor control characters.
  fileprivate var isVisible: Bool {
    let bytes = utf8.span
    for index in bytes.indices where bytes[index] <= 0x20 || bytes[index] == 0x7F { return false }
    return true
  }

  /// Headers that frame the message or change how libcurl sends it. Given by a caller they could contradict the body
  /// (request smuggling, RFC 9112 section 11.2), so the client alone writes them.
  fileprivate var isReservedHeader: Bool {
    switch utf8.count {
    case 6: equalsIgnoringCase("expect")
    case 14: equalsIgnoringCase("content-length")
    case 17: equalsIgnoringCase("transfer-encoding")
    default: false
    }
  }

  /// ASCII letters compare without their case; `other` must be lowercase.
  private func equalsIgnoringCase(_ other: String) -> Bool {
    utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1 }
  }
}

extension UInt8 {
  /// One bit for each of the characters 0 to 63 and 64 to 127: letters, digits and !#$%&'*+-.^_`|~
  private static let lowTokenBits: UInt64 = 0x03FF_6CFA_0000_0000
  private static let highTokenBits: UInt64 = 0x57FF_FFFF_C7FF_FFFE

  fileprivate var isTokenCharacter: Bool {
    switch self {
    case 0..<64: Self.lowTokenBits & (1 << UInt64(self)) != 0
    case 64..<128: Self.highTokenBits & (1 << UInt64(self & 63)) != 0
    default: false
    }
  }
}

extension UInt8 {
  /// A letter A to Z as its small form, any other byte as it is.
  var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
