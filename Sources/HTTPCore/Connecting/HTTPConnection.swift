import Locks
import Logging
import NIOCore
import NIOHTTP1

/// One connection: requests in turn, each answered before the next is looked at.
///
/// Lives on its event loop and is touched nowhere else. It is the first handler of its channel: raw bytes come to it, it
/// hands them to the parser in portions, and `RequestPartSink` brings the parser's parts back.
final class HTTPConnection {
  enum Phase {
    /// Waiting for a request, or inside one.
    case receiving
    /// The responder has the request.
    case exchanging
    /// The final answer is on its way out.
    case writing
    /// The last answer is out and the sending side shut; what still comes is dropped.
    case lingering
    case closed
  }

  struct Incoming: Sendable {
    let request: HTTPRequest
    let number: Int
  }

  let server: ServerContext
  let id: Int
  let isTCP: Bool
  /// Opened when the peer is known to be gone.
  let clientGone = Latch()

  var context: ChannelHandlerContext?
  var phase = Phase.receiving
  /// It gets this answer and nothing else.
  var turnedAway: Refusal?

  /// Bytes that came and were not given to the parser.
  var input = ByteBuffer()
  /// More came than is kept, so nothing after the current request can be trusted.
  var isInputCut = false
  /// A read is requested of the channel.
  var isReading = false
  /// Bytes came since the last end of a read.
  var hasRead = false
  var isAdvancing = false
  /// The peer has shut its sending side.
  var isInputClosed = false
  var hasAskedForClient = false

  var parts = CircularBuffer<HTTPServerRequestPart>(initialCapacity: 4)
  var parserError: HTTPParserError?
  var assembly: RequestAssembly

  /// The head of the request that is being answered.
  var head: RequestHead?
  var exchangeNumber = 0
  var ready: Incoming?
  var taker: CheckedContinuation<Incoming?, Never>?

  var deadline: NIODeadline?
  var timer: Scheduled<Void>?
  var timerDeadline = NIODeadline.distantFuture
  /// The stage that `deadline` was set for while receiving.
  var timedStage: RequestAssembly.Stage?

  var date = HTTPDate()

  init(server: ServerContext, id: Int, isTCP: Bool) {
    self.server = server
    self.id = id
    self.isTCP = isTCP
    assembly = RequestAssembly(limits: server.limits)
  }
}

extension HTTPConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    ended()
    self.context = nil
  }

  func channelActive(context: ChannelHandlerContext) {
    if let turnedAway {
      refuse(turnedAway)
    } else {
      advance()
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasRead = true
    guard phase != .lingering, phase != .closed, !isInputCut else { return }
    var bytes = unwrapInboundIn(data)
    if input.readableBytes == 0 {
      input = bytes
    } else {
      input.writeBuffer(&bytes)
    }
    // Only a client that closes its sending side can bring this much at once; what it sent is then read to its end.
    if phase != .receiving, input.readableBytes > server.limits.readAhead {
      isInputCut = true
      input = ByteBuffer()
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // The end of input also comes here, without bytes; NIO does not expect the channel to be closed then. The event below
    // follows.
    guard hasRead else { return }
    hasRead = false
    isReading = false
    advance()
    // One read stays requested while an exchange runs: that is how a reset or a close is noticed, and it saves two system
    // calls for each request. Once it has brought something, no other follows before that is used up.
    if phase == .lingering || phase != .closed && input.readableBytes == 0 && !isInputCut { requestRead() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard let event = event as? ChannelEvent, event == .inputClosed else {
      context.fireUserInboundEventTriggered(event)
      return
    }
    // Not passed on: no request ends with the end of input, so to the parser it could only be an error.
    isInputClosed = true
    switch phase {
    case .receiving: advance()
    case .exchanging: askWhetherClientIsThere()
    case .lingering: close()
    case .writing, .closed: break
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    ended()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // An error of the socket; the parser's errors go to RequestPartSink.
    server.logger.debug("connection failed", metadata: ["error": "\(error)"])
    close()
  }

  func requestRead() {
    guard !isReading, !isInputClosed, let context else { return }
    isReading = true
    context.read()
  }

  /// Closes both directions at once.
  func close() {
    context?.close(promise: nil)
  }

  /// The channel is closed: lets go of everything and everybody who waits.
  private func ended() {
    guard phase != .closed else { return }
    phase = .closed
    timer?.cancel()
    timer = nil
    input = ByteBuffer()
    parts.removeAll()
    ready = nil
    clientGone.open()
    server.table.remove(id: id)
    taker?.resume(returning: nil)
    taker = nil
  }
}
