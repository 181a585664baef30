import NIOHTTP1

/// A request that gets its answer from the server itself, and the end of its connection with it: after any of these the
/// place where the next request would begin is not certain, or not worth finding.
struct Refusal: Error, Equatable {
  let status: Int
  let reason: String

  init(_ status: Int, _ reason: String) {
    self.status = status
    self.reason = reason
  }

  var response: HTTPResponse { .text(status, reason) }

  static let unsupportedVersion = Refusal(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
  static let tooSlow = Refusal(408, "The request did not arrive in time.")
  static let tooManyConnections = Refusal(503, "Too many connections.")
  static let addressNotAllowed = Refusal(403, "Requests from this address are not taken.")
  static let targetTooLong = Refusal(414, "The request target is too long.")
  static let headersTooLarge = Refusal(431, "The header fields are too large or too many.")
  static let bodyTooLarge = Refusal(413, "The request body is too large.")
}

extension Refusal {
  /// The answer to what llhttp could not parse. `opening` is the request line, as far as it is known.
  init(_ error: HTTPParserError, opening: [UInt8], isInRequestLine: Bool) {
    switch error {
    case .invalidMethod:
      self = Self.badMethod(opening)
    case .invalidVersion:
      self = Self.badVersion(opening)
    case .paused:
      // Only the connection preface of HTTP/2 makes the parser pause.
      self = .unsupportedVersion
    case .headerOverflow:
      self = isInRequestLine ? .targetTooLong : .headersTooLarge
    case .invalidURL:
      self.init(400, "The request target contains a character that is not allowed there.")
    case .invalidConstant:
      self.init(400, "The request line is malformed.")
    case .invalidHeaderToken:
      self.init(400, "A header line is malformed.")
    case .invalidContentLength:
      self.init(400, "The Content-Length is not a decimal number that can be used.")
    case .unexpectedContentLength:
      self.init(400, "Content-Length is repeated or stands beside Transfer-Encoding.")
    case .invalidChunkSize:
      self.init(400, "The chunked body is malformed.")
    case .lfExpected:
      self.init(400, "A carriage return is not followed by a line feed.")
    default:
      self.init(400, "The request is malformed.")
    }
  }

  private static func badMethod(_ opening: [UInt8]) -> Refusal {
    // 0x16 0x03 is how a TLS handshake record begins (RFC 8446, section 5.1).
    if opening.first == 0x16 { return Refusal(400, "This port speaks plain HTTP, not TLS.") }
    let method = opening.prefix { $0.isTokenByte }
    let next = opening.dropFirst(method.count).first
    // RFC 9110, section 9.1: a method that is not recognized is answered 501.
    return !method.isEmpty && (next == nil || next == 0x20)
      ? Refusal(501, "The request method is not known here.")
      : Refusal(400, "The request line is malformed.")
  }

  /// The parser has one error for a version that is not ours and for a line that does not end after its version.
  private static func badVersion(_ opening: [UInt8]) -> Refusal {
    // The line may have come up to any place behind the version. A line feed without its carriage return stays and spoils
    // the form below.
    var line = opening[...]
    if line.suffix(2) == [0x0D, 0x0A] { line.removeLast() }
    if line.last == 0x0D { line.removeLast() }
    let version = line.suffix(while: { $0 != 0x20 })
    let form = Array("HTTP/n.n".utf8)
    let isVersion =
      version.count == form.count
      && zip(version, form).allSatisfy { $1 == UInt8(ascii: "n") ? $0.isDigit : $0 == $1 }
    return isVersion ? .unsupportedVersion : Refusal(400, "The request line is malformed.")
  }
}

extension BidirectionalCollection {
  /// The longest end of the collection whose elements all satisfy the predicate.
  fileprivate func suffix(while predicate: (Element) -> Bool) -> SubSequence {
    var start = endIndex
    while start > startIndex, predicate(self[index(before: start)]) { start = index(before: start) }
    return self[start...]
  }
}
