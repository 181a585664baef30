import Logging
import NIOCore

/// From the responder's answer to the next request, or to the end of the connection.
extension HTTPConnection {
  /// Sends the final answer of the exchange of that number; does nothing if that exchange is over.
  func answer(_ response: HTTPResponse, exchange number: Int) {
    guard phase != .closed else {
      // The client left while the responder worked; its place and room were kept until now.
      server.table.remove(id: id)
      return
    }
    guard phase == .exchanging, number == exchangeNumber else { return }
    var response = response
    if let fault = response.fault {
      server.logger.error("response refused", metadata: ["reason": "\(fault)"])
      response = .text(500, "The answer could not be sent.")
    }
    let nothingFollows = isInputClosed && input.readableBytes == 0 && parts.isEmpty && parserError == nil
    let keepsAlive = head?.keepsAlive == true && !nothingFollows && !isInputCut && !server.table.isDraining
    write(response, closing: !keepsAlive)
    // A client that does not read may give way to another one.
    if phase == .writing { server.table.mark(id, .answering) }
  }

  /// Answers instead of the responder, and ends the connection.
  func refuse(_ refusal: Refusal) {
    guard phase == .receiving else { return }
    let isNews = refusal == .noRoom && server.roomShort.isDue()
    server.logger.log(
      level: isNews ? .warning : .debug, "request refused",
      metadata: ["status": "\(refusal.status)", "reason": "\(refusal.reason)"])
    head = assembly.head
    assembly.dropBody()
    giveBackRoom()
    write(refusal.response, closing: true)
  }

  func write(_ response: HTTPResponse, closing: Bool) {
    guard let context else { return }
    phase = .writing
    timedStage = nil
    deadline = nil
    var buffer = context.channel.allocator.buffer(capacity: 256 + response.body.count)
    response.encode(
      into: &buffer,
      date: date.text(),
      connection: closing ? "close" : head?.isHTTP11 == false ? "keep-alive" : nil,
      omittingBody: head?.request.method == "HEAD")
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { self.written($0, closing: closing) }
    context.writeAndFlush(wrapOutboundOut(buffer), promise: written)
    if phase == .writing { limitTime(server.limits.writeTime) }
  }

  private func written(_ result: Result<Void, any Error>, closing: Bool) {
    guard phase == .writing else { return }
    guard case .success = result else {
      close()
      return
    }
    head = nil
    giveBackRoom()
    if closing {
      linger()
    } else {
      phase = .receiving
      server.table.mark(id, .kept)
      advance()
    }
  }

  /// Shuts the sending side and waits for the peer to close: closing with unread input would make the kernel send a
  /// reset, and that may overtake the answer (RFC 9112, section 9.6).
  private func linger() {
    guard let context else { return }
    phase = .lingering
    input = ByteBuffer()
    parts.removeAll()
    guard !isInputClosed else {
      close()
      return
    }
    // May give way to another connection from here on. While the server shuts down, though, it is waited for.
    if !server.table.isDraining { server.table.mark(id, .leaving) }
    context.close(mode: .output, promise: nil)
    limitTime(server.limits.lingerTime)
    requestRead()
  }

  func sendInterim(_ status: Int, exchange number: Int) {
    guard phase == .exchanging, number == exchangeNumber, head?.isHTTP11 == true, context?.channel.isWritable == true,
      status == 100 || (102...199).contains(status)
    else { return }
    writeInterim(status)
  }

  func writeInterim(_ status: Int) {
    guard let context else { return }
    var buffer = context.channel.allocator.buffer(capacity: 64)
    HTTPResponse.encodeInterim(status, into: &buffer)
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }

  /// The peer will send nothing more. On TCP a closed peer looks like one that has only shut its sending side, until
  /// something is sent to it: the closed one answers with a reset. Any client of HTTP/1.1 must be able to read an interim
  /// answer that it did not expect (RFC 9110, section 15.2). A closed Unix socket shows itself without that.
  func askWhetherClientIsThere() {
    guard isTCP, !hasAskedForClient else { return }
    hasAskedForClient = true
    sendInterim(102, exchange: exchangeNumber)
  }
}
