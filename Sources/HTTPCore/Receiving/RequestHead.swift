import NIOHTTP1

/// The head of a request after everything that llhttp leaves open was checked.
struct RequestHead {
  enum Framing: Equatable {
    case none
    case length(Int)
    case chunked
  }

  /// The request so far: its body is empty.
  let request: HTTPRequest
  let framing: Framing
  let isHTTP11: Bool
  /// The client wants to use the connection again, and nothing in the request speaks against it.
  let keepsAlive: Bool
  let expectsContinue: Bool

  init(checking head: HTTPRequestHead, limits: HTTPLimits) throws(Refusal) {
    guard head.version.major == 1, head.version.minor <= 1 else { throw .unsupportedVersion }
    isHTTP11 = head.version.minor == 1
    let method = head.method.rawValue
    guard method != "CONNECT" else { throw Refusal(501, "CONNECT is not supported.") }
    guard head.uri.utf8.count <= limits.targetBytes else { throw .targetTooLong }
    try Self.checkTarget(head.uri, method: method)

    let headers = try Self.checkedFields(head.headers, limits: limits)
    try Self.checkHost(headers, isHTTP11: isHTTP11)
    framing = try Self.framing(headers, isHTTP11: isHTTP11, limits: limits)
    expectsContinue = try Self.expectation(headers, isHTTP11: isHTTP11)

    // llhttp stops after a request that offers to upgrade; we decline by answering and closing (RFC 9110, section 7.8).
    let asksToClose = headers.hasToken("close", in: "Connection") || headers.first("Upgrade") != nil
    keepsAlive = !asksToClose && (isHTTP11 || headers.hasToken("keep-alive", in: "Connection"))
    request = HTTPRequest(method: method, target: head.uri, headers: headers)
  }

  /// origin-form, absolute-form, or `*` for OPTIONS (RFC 9112, section 3.2), in visible ASCII.
  private static func checkTarget(_ target: String, method: String) throws(Refusal) {
    let isWellFormed = target.utf8.first == UInt8(ascii: "/") || target.schemeEnd != nil || target == "*"
    guard isWellFormed, target != "*" || method == "OPTIONS" else {
      throw Refusal(400, "The request target is neither a path nor an http URL.")
    }
    guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw Refusal(400, "The request target contains a character that is not allowed there.")
    }
  }

  private static func checkedFields(_ headers: HTTPHeaders, limits: HTTPLimits) throws(Refusal) -> HTTPHeaderList {
    var fields: [HTTPHeaderList.Field] = []
    fields.reserveCapacity(headers.count)
    var bytes = 0
    for (name, rawValue) in headers {
      // The parser leaves the optional white space behind a value to us (RFC 9112, section 5.1).
      let isPadded = rawValue.utf8.last == 0x20 || rawValue.utf8.last == 0x09
      let value = isPadded ? String(Substring(rawValue).trimmingOptionalWhitespace()) : rawValue
      bytes += name.utf8.count + rawValue.utf8.count + 4
      guard bytes <= limits.headerBytes, fields.count < limits.headerCount else { throw .headersTooLarge }
      guard name.isToken else { throw Refusal(400, "A header name contains a character that is not allowed there.") }
      guard value.isFieldValue else { throw Refusal(400, "The value of \(name) contains a control character.") }
      // The parser's strings replace what is not UTF-8 by U+FFFD. A value that was changed must not be passed on.
      guard !value.utf8.contains(0xEF) || !value.unicodeScalars.contains("\u{FFFD}") else {
        throw Refusal(400, "The value of \(name) is not UTF-8.")
      }
      fields.append((name, value))
    }
    return HTTPHeaderList(fields)
  }

  /// RFC 9112, section 3.2: 400 for a request of HTTP/1.1 without Host, for any with two, and for an invalid value.
  private static func checkHost(_ headers: HTTPHeaderList, isHTTP11: Bool) throws(Refusal) {
    let hosts = headers.values("Host")
    guard hosts.count <= 1 else { throw Refusal(400, "Host is repeated.") }
    guard let host = hosts.first else {
      if isHTTP11 { throw Refusal(400, "Host is missing.") }
      return
    }
    let isValid = host.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "-._~%!$&'()*+;=:[]".utf8.contains(byte)
      }
    }
    guard isValid else { throw Refusal(400, "Host is not a host name or address.") }
  }

  /// RFC 9112, section 6: where the body ends. Whatever could be read in two ways is refused rather than resolved, since
  /// a proxy in front may have resolved it the other way.
  private static func framing(
    _ headers: HTTPHeaderList, isHTTP11: Bool, limits: HTTPLimits
  ) throws(Refusal) -> Framing {
    let lengths = headers.values("Content-Length")
    let codings = headers.values("Transfer-Encoding")
    guard lengths.isEmpty || codings.isEmpty else {
      throw Refusal(400, "Content-Length stands beside Transfer-Encoding.")
    }
    if let coding = codings.first {
      guard isHTTP11 else { throw Refusal(400, "HTTP/1.0 has no Transfer-Encoding.") }
      guard codings.count == 1 else { throw Refusal(400, "Transfer-Encoding is repeated.") }
      if coding.equalsIgnoringASCIICase("chunked") { return .chunked }
      // RFC 9112, section 6.1: a coding that is not understood is answered 501; one that is not well formed, 400.
      let names = coding.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingOptionalWhitespace() }
      guard names.allSatisfy({ $0.isToken }), names.last?.equalsIgnoringASCIICase("chunked") == true,
        !names.dropLast().contains(where: { $0.equalsIgnoringASCIICase("chunked") })
      else { throw Refusal(400, "The Transfer-Encoding is not \"chunked\".") }
      throw Refusal(501, "The only Transfer-Encoding understood here is \"chunked\".")
    }
    guard let text = lengths.first else { return .none }
    guard lengths.count == 1 else { throw Refusal(400, "Content-Length is repeated.") }
    // `Int` would take a sign, so the digits are looked at first.
    guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit), let length = Int(text) else {
      throw Refusal(400, "The Content-Length is not a decimal number that can be used.")
    }
    guard length <= limits.body else { throw .bodyTooLarge }
    return length == 0 ? .none : .length(length)
  }

  /// RFC 9110, section 10.1.1: HTTP/1.0 has no expectations; only 100-continue can be met, any other may be answered 417.
  private static func expectation(_ headers: HTTPHeaderList, isHTTP11: Bool) throws(Refusal) -> Bool {
    let expectations = headers.values("Expect")
    guard isHTTP11, !expectations.isEmpty else { return false }
    guard expectations.allSatisfy({ $0.equalsIgnoringASCIICase("100-continue") }) else {
      throw Refusal(417, "The only expectation that can be met here is 100-continue.")
    }
    return true
  }
}
