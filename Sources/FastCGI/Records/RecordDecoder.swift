import NIOCore

/// Takes records apart, in whatever pieces they come. Keeps at most eight bytes.
struct RecordDecoder {
  enum Event: Equatable {
    case output(ByteBuffer)
    case errorOutput(ByteBuffer)
    case ended(EndRequest)
  }

  private enum State: Equatable {
    case header
    case output
    case errorOutput
    case endRequest
    case skipping
  }

  private var state = State.header
  /// Bytes of the content of the current record that have not come.
  private var contentLeft = 0
  /// Bytes of the current record behind its content.
  private var paddingLeft = 0
  /// The first bytes of eight that make a header or an end.
  private var collected: UInt64 = 0
  private var collectedCount = 0

  /// True before the first byte of a record.
  var isBetweenRecords: Bool { state == .header && collectedCount == 0 }

  /// The next event in the input, from which it is removed; nil when all input is used up.
  mutating func next(_ input: inout ByteBuffer) throws(BadAnswer) -> Event? {
    while true {
      switch state {
      case .header:
        guard let bytes = collect(&input) else { return nil }
        try begin(RecordHeader(bytes))
      case .output:
        guard let piece = takeContent(&input) else { return nil }
        return .output(piece)
      case .errorOutput:
        guard let piece = takeContent(&input) else { return nil }
        return .errorOutput(piece)
      case .endRequest:
        guard let bytes = collect(&input) else { return nil }
        contentLeft -= 8
        skipRest()
        return .ended(EndRequest(bytes))
      case .skipping:
        let count = min(paddingLeft, input.readableBytes)
        input.moveReaderIndex(forwardBy: count)
        paddingLeft -= count
        guard paddingLeft == 0 else { return nil }
        state = .header
      }
    }
  }

  private mutating func begin(_ header: RecordHeader) throws(BadAnswer) {
    guard header.version == RecordHeader.version else { throw .notFastCGI(version: header.version) }
    contentLeft = header.contentLength
    paddingLeft = header.paddingLength
    switch RecordType(rawValue: header.type) {
    case .output, .errorOutput, .endRequest:
      guard header.requestID == RecordHeader.requestID else {
        throw BadAnswer("answered a request \(header.requestID) that was not made")
      }
      if header.type == RecordType.endRequest.rawValue {
        guard contentLeft >= 8 else {
          throw BadAnswer("sent the end of a request in \(contentLeft) bytes instead of 8")
        }
        state = .endRequest
      } else if contentLeft == 0 {
        // The end of the stream; the end of the request follows.
        skipRest()
      } else {
        state = header.type == RecordType.output.rawValue ? .output : .errorOutput
      }
    case .beginRequest, .abortRequest, .parameters, .input, .data, .getValues:
      throw BadAnswer("sent a record of type \(header.type), which only its clients may send")
    case .getValuesResult, .unknownType, nil:
      // What we did not ask for, or what FastCGI 1.0 does not know.
      skipRest()
    }
  }

  private mutating func takeContent(_ input: inout ByteBuffer) -> ByteBuffer? {
    let count = min(contentLeft, input.readableBytes)
    guard count > 0, let piece = input.readSlice(length: count) else { return nil }
    contentLeft -= count
    if contentLeft == 0 { skipRest() }
    return piece
  }

  private mutating func skipRest() {
    paddingLeft += contentLeft
    contentLeft = 0
    state = paddingLeft == 0 ? .header : .skipping
  }

  /// Eight bytes as one number with the first byte in front; nil until they have come.
  private mutating func collect(_ input: inout ByteBuffer) -> UInt64? {
    if collectedCount == 0, let bytes = input.readInteger(as: UInt64.self) { return bytes }
    while collectedCount < 8 {
      guard let byte = input.readInteger(as: UInt8.self) else { return nil }
      collected = collected << 8 | UInt64(byte)
      collectedCount += 1
    }
    collectedCount = 0
    return collected
  }
}
