import NIOCore
import NIOHTTP1

/// The last handler of the channel: brings what the parser makes of the bytes back to the connection.
final class RequestPartSink: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart

  private let connection: HTTPConnection

  init(_ connection: HTTPConnection) {
    self.connection = connection
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    connection.parts.append(unwrapInboundIn(data))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // The first error is the one that matters: the parser does not go on after it.
    guard connection.parserError == nil else { return }
    connection.parserError = error as? HTTPParserError ?? .unknown
  }
}
