import NIOCore

/// One connection: one request at a time, each answered to its end before the next. Lives on its event loop.
final class Connection {
  /// In the order in which the connections were made; set when this one is.
  var number = 0

  private let pool: ConnectionPool
  private var context: ChannelHandlerContext?
  private var decoder = RecordDecoder()
  /// What it carries; nil while it is kept for the next.
  private var call: Call?
  private var carried = 0
  private var began = NIODeadline.now()
  private var isWriting = false
  private var answerBegan = false
  private var socketError: (any Error)?
  private var restingSince = NIODeadline.now()
  private var isTimed = false

  init(pool: ConnectionPool) {
    self.pool = pool
  }

  /// Writes the request and hands its answer over.
  func carry(_ call: Call) {
    self.call = call
    call.connection = self
    carried += 1
    began = .now()
    answerBegan = false
    guard let context else {
      fail()
      return
    }
    isWriting = true
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenSuccess { self.isWriting = false }
    context.writeAndFlush(wrapOutboundOut(call.bytes), promise: written)
  }

  /// The request is given up. The connection cannot carry another one, because the answer to this may still come.
  func abort() {
    call = nil
    guard let context else { return }
    if !isWriting { context.writeAndFlush(wrapOutboundOut(RequestEncoder.abort), promise: nil) }
    close()
  }

  func close() {
    context?.close(promise: nil)
  }

  /// Closes it if it carries nothing for too long.
  func rest(since now: NIODeadline) {
    restingSince = now
    if !isTimed { time() }
  }

  /// One timer for as long as the connection is there, because most rests are short.
  private func time() {
    guard let context else { return }
    isTimed = true
    let limit = TimeAmount(pool.limits.idleTime)
    context.eventLoop.assumeIsolated().scheduleTask(deadline: restingSince + limit) {
      self.isTimed = false
      guard self.call == nil else { return }
      if .now() - self.restingSince >= limit { self.close() } else { self.time() }
    }
  }

  /// `input` is what came after the end.
  private func finish(_ call: Call, _ end: EndRequest, _ input: inout ByteBuffer) {
    self.call = nil
    let outcome: Call.Outcome
    if let refusal = end.refusal {
      outcome = .failure(failure(.refused, "\(refusal). Raise its limits, or run fewer jobs at once."))
    } else {
      do {
        outcome = .success(try call.assembly.answer(end, connectionWasReused: carried > 1))
      } catch {
        outcome = .failure(failure(.badAnswer, error.reason))
      }
    }
    if isWriting || !isAtEnd(&input) { close() } else { pool.release(self) }
    call.finish(outcome)
  }

  /// Nothing came behind the answer, and its last record is complete.
  private func isAtEnd(_ input: inout ByteBuffer) -> Bool {
    do throws(BadAnswer) {
      return try decoder.next(&input) == nil && decoder.isBetweenRecords
    } catch {
      return false
    }
  }

  /// The connection has ended, or will not do any more, before the answer was complete.
  private func fail(_ fault: BadAnswer? = nil) {
    let call = call
    self.call = nil
    close()
    guard let call else { return }
    call.connection = nil
    if let fault {
      call.finish(.failure(failure(.badAnswer, fault.reason)))
    } else if answerBegan {
      call.finish(
        .failure(failure(.partialAnswer, "closed the connection in the middle of its answer. \(Self.advice)")))
    } else if carried > 1, .now() - began < TimeAmount(pool.limits.staleConnectionShowsWithin) {
      pool.connect(for: call)
    } else {
      call.finish(.failure(failure(.closedBeforeAnswer, "closed the connection without an answer. \(Self.advice)")))
    }
  }

  private static let advice = "Its log says why: a child that crashed, was killed, or ran into a limit."

  private func failure(_ code: FastCGIError.Code, _ reason: String) -> FastCGIError {
    FastCGIError(
      code: code, message: "\(pool.address) \(reason)", errno: (socketError as? IOError)?.errnoCode,
      connectionWasReused: carried > 1)
  }
}

extension Connection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let call else {
      // Nothing was asked.
      close()
      return
    }
    if !answerBegan {
      answerBegan = true
      if carried == 1 { pool.accepted(self) }
    }
    var input = unwrapInboundIn(data)
    do throws(BadAnswer) {
      while let event = try decoder.next(&input) {
        switch event {
        case .output(let bytes): try call.assembly.append(bytes)
        case .errorOutput(let bytes): call.onErrorOutput(bytes.readableBytesUInt8Span)
        case .ended(let end):
          finish(call, end, &input)
          return
        }
      }
    } catch {
      fail(error)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    pool.closed(self)
    fail()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    socketError = error
    close()
  }
}
