import NIOCore

/// Gathers the header of an answer up to its empty line.
struct HeadCollector {
  private let limit: Int
  private var bytes: [UInt8] = []
  /// Where the line begins that has not come to its end.
  private var lineStart = 0

  init(limit: Int) {
    self.limit = limit
  }

  /// Removes the header from the input; returns it once it is complete.
  mutating func take(_ input: inout ByteBuffer) throws(BadAnswer) -> ResponseHead? {
    while let end = input.readableBytesView.firstIndex(of: 0x0A) {
      try move(end + 1 - input.readerIndex, from: &input)
      let isEmpty = bytes.count - lineStart == 1 || bytes.count - lineStart == 2 && bytes[lineStart] == 0x0D
      lineStart = bytes.count
      if isEmpty { return try ResponseHead(parsing: bytes) }
    }
    try move(input.readableBytes, from: &input)
    return nil
  }

  private mutating func move(_ count: Int, from input: inout ByteBuffer) throws(BadAnswer) {
    guard bytes.count + count <= limit else { throw BadAnswer("sent a header of more than \(limit) bytes") }
    bytes += input.readableBytesView.prefix(count)
    input.moveReaderIndex(forwardBy: count)
  }
}
