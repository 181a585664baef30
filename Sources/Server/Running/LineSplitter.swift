import Glibc

/// Cuts a stream of bytes at LF. A CR before it goes too; a CR alone, as of progress bars, ends no line.
struct LineSplitter {
  private let limit: Int
  private var line: [UInt8] = []
  /// Of the line so far, what was cut off included.
  private var length = 0

  init(limit: Int) {
    self.limit = limit
  }

  mutating func append(_ bytes: borrowing Span<UInt8>, emit: (_ line: [UInt8], _ length: Int) -> Void) {
    var start = 0
    while start < bytes.count {
      let newline = bytes.firstNewline(from: start)
      let end = newline ?? bytes.count
      take(bytes.extracting(start..<end))
      guard newline != nil else { return }
      flush(emit)
      start = end + 1
    }
  }

  /// At the end of the stream: the last line need not have a line break.
  mutating func end(emit: (_ line: [UInt8], _ length: Int) -> Void) {
    if length > 0 { flush(emit) }
  }

  private mutating func take(_ bytes: borrowing Span<UInt8>) {
    length += bytes.count
    let room = min(bytes.count, limit - line.count)
    guard room > 0 else { return }
    unsafe bytes.extracting(first: room).withUnsafeBufferPointer { unsafe line.append(contentsOf: $0) }
  }

  private mutating func flush(_ emit: (_ line: [UInt8], _ length: Int) -> Void) {
    if length == line.count, line.last == UInt8(ascii: "\r") {
      line.removeLast()
      length -= 1
    }
    emit(line, length)
    line.removeAll(keepingCapacity: true)
    length = 0
  }
}

extension Span<UInt8> {
  /// The place of the first LF at or after `start`. memchr(3) looks at 32 bytes at a time, a loop in Swift at one.
  fileprivate func firstNewline(from start: Int) -> Int? {
    unsafe withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return nil }
      guard let found = unsafe memchr(base + start, 0x0A, buffer.count - start) else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }
}
