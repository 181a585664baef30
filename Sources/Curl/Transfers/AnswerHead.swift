/// What is known of an answer's header while it arrives, line by line. Interim 1xx answers are passed over, without
/// limit to their number and without anything of them being kept.
struct AnswerHead {
  /// Bytes of one answer's status line, header lines and trailers together. Interim answers count each by itself.
  static let byteLimit = 256 << 10

  /// The lines of the latest answer, without its status line and its trailers.
  private(set) var block = HeaderBlock()
  /// At least one line came, be it of an interim answer.
  private(set) var hasBegun = false
  /// The empty line behind the header of a final answer came.
  private(set) var isComplete = false
  /// A status line came, and not yet the empty line behind its header.
  var isCutOff: Bool { hasBegun && !isComplete && !expectsStatusLine }
  private var byteCount = 0
  private var expectsStatusLine = true

  /// Takes a line with its line end. `status` is asked for at the end of a header, when libcurl has understood the
  /// status line. False if the header is too large.
  mutating func take(_ line: some Collection<UInt8>, status: () -> Int) -> Bool {
    hasBegun = true
    // Trailers come after the header's end, and only count.
    guard !isComplete else { return count(line) }
    if expectsStatusLine {
      expectsStatusLine = false
      block.removeAll()
      byteCount = 0
      return count(line)
    }
    if line.allSatisfy({ $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }) {
      isComplete = status() >= 200
      expectsStatusLine = !isComplete
      return true
    }
    block.append(line)
    return count(line)
  }

  private mutating func count(_ line: some Collection<UInt8>) -> Bool {
    byteCount += line.count
    return byteCount <= Self.byteLimit
  }
}
