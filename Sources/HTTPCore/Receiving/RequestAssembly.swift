import NIOCore
import NIOHTTP1

/// Puts one request after the other together from the parser's parts, within the limits. Knows no socket and no clock.
struct RequestAssembly {
  enum Stage {
    /// Nothing of the next request has come, unless it was behind the end of the one before in the same portion: that is
    /// known only when more of it comes.
    case idle
    /// Inside the request line or the header section.
    case head
    case body
  }

  enum Step {
    case more
    /// The head is complete and accepted; a body follows.
    case bodyFollows(RequestHead)
    case complete(RequestHead, HTTPRequest)
  }

  /// A chunk may carry its data in pieces as small as one byte, each with up to some framing; extensions beyond that are
  /// padding that nobody needs.
  private static let framingPerByte = 8
  private static let framingAllowance = 16_384
  private static let chunkedStep = 65_536

  private let limits: HTTPLimits
  private(set) var stage = Stage.idle
  private(set) var head: RequestHead?
  private var body: [UInt8] = []
  /// Bytes given to the parser in this stage.
  private var rawBytes = 0
  /// The request line as far as it was given to the parser, for the answer to one that cannot be parsed. Empty for a
  /// request that began in the same portion as the end of the one before.
  private var opening: [UInt8] = []
  private var isInRequestLine = true

  init(limits: HTTPLimits) {
    self.limits = limits
  }

  /// How many bytes the parser may get at once. It does not stop at the end of a request, so this bounds what it can
  /// produce ahead of the answer; inside a body of known length there is nothing ahead.
  var portion: Int {
    guard stage == .body, case .length(let length) = head?.framing else { return 4096 }
    return max(1, length - body.count)
  }

  /// How many bytes of this request's body are going to be held, as far as that is known: the length of a chunked body is
  /// known only at its end, so it is taken in steps.
  var bodyBytesToHold: Int {
    switch head?.framing {
    case .length(let length): length
    case .chunked: min(limits.body, (body.count + Self.chunkedStep - 1) / Self.chunkedStep * Self.chunkedStep)
    case .some(.none), nil: 0
    }
  }

  /// Lets go of what came of a request that is refused.
  mutating func dropBody() { body = [] }

  /// Counts bytes that are about to be given to the parser.
  mutating func willParse(_ bytes: ByteBufferView) throws(Refusal) {
    if stage == .idle {
      stage = .head
      rawBytes = 0
      isInRequestLine = true
      opening.removeAll(keepingCapacity: true)
    }
    rawBytes += bytes.count
    switch stage {
    case .idle:
      break
    case .head:
      if isInRequestLine {
        let lineEnd = bytes.firstIndex(of: 0x0A)
        opening.append(contentsOf: bytes.prefix(through: lineEnd ?? bytes.index(before: bytes.endIndex)))
        isInRequestLine = lineEnd == nil
        if opening.count > limits.targetBytes + 4096 { throw .targetTooLong }
      }
      // The allowance is for the separators, and for the tail of an earlier request in the same portion.
      let allowed = limits.targetBytes + limits.headerBytes + 2 * 4096
      if rawBytes > allowed { throw .headersTooLarge }
    case .body:
      guard head?.framing == .chunked else { break }
      if rawBytes > Self.framingPerByte * body.count + Self.framingAllowance {
        throw Refusal(400, "The chunked body has too much framing for its data.")
      }
    }
  }

  mutating func take(_ part: HTTPServerRequestPart) throws(Refusal) -> Step {
    switch part {
    case .head(let parsed):
      let checked = try RequestHead(checking: parsed, limits: limits)
      head = checked
      body = []
      rawBytes = 0
      stage = .body
      return checked.framing == .none ? .more : .bodyFollows(checked)
    case .body(let bytes):
      guard bytes.readableBytes <= limits.body - body.count else { throw .bodyTooLarge }
      // At once and exactly: growing in steps would hold up to twice as much.
      if body.isEmpty, case .length(let length) = head?.framing { body.reserveCapacity(length) }
      body.append(contentsOf: bytes.readableBytesView)
      return .more
    case .end:
      guard let head, stage == .body else { throw Refusal(400, "The request is malformed.") }
      let expected: Int
      switch head.framing {
      case .none: expected = 0
      case .length(let length): expected = length
      case .chunked: expected = body.count
      }
      // The parser and the checks above must have understood the same thing.
      guard body.count == expected else { throw Refusal(400, "The body is not as long as its Content-Length.") }
      var request = head.request
      request.body = body
      stage = .idle
      self.head = nil
      body = []
      return .complete(head, request)
    }
  }

  /// The answer to what could not be parsed.
  func refusal(for error: HTTPParserError) -> Refusal {
    Refusal(error, opening: opening, isInRequestLine: stage == .head && isInRequestLine)
  }
}
