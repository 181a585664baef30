import NIOCore

/// From bytes to a complete request that waits for the responder.
extension HTTPConnection {
  /// Goes as far as possible with what has come.
  func advance() {
    // Writing an answer can complete at once and lead back here; the outer call then goes on.
    guard !isAdvancing else { return }
    isAdvancing = true
    while phase == .receiving, step() {}
    isAdvancing = false
  }

  /// One step; false when there is nothing to do before more bytes come.
  private func step() -> Bool {
    if let part = parts.popFirst() {
      do throws(Refusal) {
        switch try assembly.take(part) {
        case .more: try takeRoom()
        case .bodyFollows(let head):
          try takeRoom()
          invite(head)
        case .complete(let head, let request):
          if hasRoom, !server.table.keepRoom(id: id) { throw Refusal.tooSlow }
          begin(head, request)
        }
      } catch {
        refuse(error)
      }
      return phase == .receiving
    }
    if let parserError {
      refuse(assembly.refusal(for: parserError))
      return false
    }
    if input.readableBytes > 0 {
      feedParser()
      return true
    }
    if isInputClosed {
      close()
      return false
    }
    if server.table.isDraining, assembly.stage == .idle, exchangeNumber > 0 {
      close()
      return false
    }
    limitWaiting()
    requestRead()
    return false
  }

  private func feedParser() {
    guard let portion = input.readSlice(length: min(input.readableBytes, assembly.portion)) else { return }
    // An idle connection keeps no buffer, and the channel may use it again.
    if input.readableBytes == 0 { input = ByteBuffer() }
    do throws(Refusal) {
      try assembly.willParse(portion.readableBytesView)
    } catch {
      refuse(error)
      return
    }
    context?.fireChannelRead(wrapInboundOut(portion))
  }

  /// Answers `Expect: 100-continue`: with 100 if the body is wanted, else with the final answer (RFC 9110, 10.1.1).
  private func invite(_ head: RequestHead) {
    guard head.expectsContinue else { return }
    if let refusal = server.screen(head.request) {
      self.head = head
      write(refusal, closing: true)
    } else if parts.isEmpty, input.readableBytes == 0 {
      // A client that has begun to send did not wait, and needs no invitation.
      writeInterim(100)
    }
  }

  private func begin(_ head: RequestHead, _ request: HTTPRequest) {
    guard server.table.mark(id, .exchanging) else {
      close()
      return
    }
    self.head = head
    phase = .exchanging
    exchangeNumber += 1
    deadline = nil
    let incoming = Incoming(request: request, number: exchangeNumber)
    if let taker {
      self.taker = nil
      taker.resume(returning: incoming)
    } else {
      ready = incoming
    }
    if isInputClosed { askWhetherClientIsThere() }
  }

  /// Gives the next request, or nil at the end, to the task that serves this connection.
  func hand(to continuation: CheckedContinuation<Incoming?, Never>) {
    if let ready {
      self.ready = nil
      continuation.resume(returning: ready)
    } else if phase == .closed {
      continuation.resume(returning: nil)
    } else {
      taker = continuation
    }
  }

  /// Closes the connection if it only waits for another request: the server is shutting down.
  func drain() {
    if phase == .receiving { advance() }
  }
}
