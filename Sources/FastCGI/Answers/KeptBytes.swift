import NIOCore

/// The beginning and the end of a stream of any length.
struct KeptBytes {
  private let startLimit: Int
  private let endLimit: Int
  private(set) var count = 0
  private(set) var start: [UInt8] = []
  private var last: [UInt8] = []

  init(start: Int, end: Int) {
    startLimit = max(0, start)
    endLimit = max(0, end)
  }

  var end: [UInt8] { Array(last.suffix(endLimit)) }

  mutating func append(_ bytes: ByteBufferView) {
    count += bytes.count
    if start.count < startLimit { start += bytes.prefix(startLimit - start.count) }
    last += bytes.suffix(endLimit)
    // Trimmed seldom, so that each byte is moved a bounded number of times.
    if last.count > 4 * endLimit { last.removeFirst(last.count - endLimit) }
  }
}
