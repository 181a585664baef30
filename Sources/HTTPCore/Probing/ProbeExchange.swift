import NIOCore

/// Sends one request and reads until the status of its answer is known.
final class ProbeExchange: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Heads are small; more than this before a final status is not a health check's answer.
  private static let limit = 65_536

  private let request: String
  private let address: ListenAddress
  private let answered: EventLoopPromise<Int>
  private var received: [UInt8] = []

  init(request: String, address: ListenAddress, answered: EventLoopPromise<Int>) {
    self.request = request
    self.address = address
    self.answered = answered
  }

  func channelActive(context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
    switch AnswerStatus(reading: received) {
    case .final(let status):
      answered.succeed(status)
      context.close(promise: nil)
    case .incomplete where received.count <= Self.limit:
      break
    case .incomplete, .malformed:
      answered.fail(HTTPCoreError(.badAnswer, "\(address) sent something that is not an HTTP answer."))
      context.close(promise: nil)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    answered.fail(HTTPCoreError(.badAnswer, "\(address) closed the connection without an answer."))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    answered.fail(HTTPCoreError(.badAnswer, "\(address) broke off: \(error)."))
    context.close(promise: nil)
  }
}
