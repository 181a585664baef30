import NIOCore

/// The answer to one request as it grows.
struct AnswerAssembly {
  private var collector: HeadCollector
  private var head: ResponseHead?
  private var body: KeptBytes

  init(_ request: FastCGIRequest, headLimit: Int) {
    collector = HeadCollector(limit: headLimit)
    body = KeptBytes(start: request.keptBodyStart, end: request.keptBodyEnd)
  }

  mutating func append(_ output: ByteBuffer) throws(BadAnswer) {
    var output = output
    if head == nil { head = try collector.take(&output) }
    if output.readableBytes > 0 { body.append(output.readableBytesView) }
  }

  func answer(_ end: EndRequest, connectionWasReused: Bool) throws(BadAnswer) -> FastCGIAnswer {
    guard let head else { throw BadAnswer("ended its answer before the header was complete") }
    return FastCGIAnswer(
      status: head.status, headers: head.headers, bodyLength: body.count, bodyStart: body.start, bodyEnd: body.end,
      applicationStatus: end.applicationStatus, connectionWasReused: connectionWasReused)
  }
}
