/// A job's output on its way: split into lines, limited, its end kept.
struct JobOutput {
  private let limits: OutputLimits
  private var stdout: LineSplitter
  private var stderr: LineSplitter
  private var handedBytes = 0
  private var handedLines = 0
  private var isLimitReached = false
  private(set) var droppedBytes = 0
  private(set) var totalBytes = 0
  private var lastBytes: [UInt8] = []

  init(limits: OutputLimits) {
    self.limits = limits
    stdout = LineSplitter(limit: limits.lineBytes)
    stderr = LineSplitter(limit: limits.lineBytes)
  }

  /// The last bytes of both streams, in the order in which they were read.
  var tail: [UInt8] { Array(lastBytes.suffix(limits.tailBytes)) }

  mutating func append(
    _ bytes: borrowing Span<UInt8>, from stream: OutputLine.Stream, emit: (OutputEvent) -> Void
  ) {
    totalBytes += bytes.count
    keepTail(bytes)
    guard !isLimitReached else {
      droppedBytes += bytes.count
      return
    }
    var lines: [(line: [UInt8], length: Int)] = []
    switch stream {
    case .stdout: stdout.append(bytes) { lines.append(($0, $1)) }
    case .stderr: stderr.append(bytes) { lines.append(($0, $1)) }
    }
    for (line, length) in lines { hand(OutputLine(stream: stream, bytes: line, length: length), to: emit) }
  }

  /// The stream has ended, or its job has.
  mutating func end(_ stream: OutputLine.Stream, emit: (OutputEvent) -> Void) {
    var last: (line: [UInt8], length: Int)?
    switch stream {
    case .stdout: stdout.end { last = ($0, $1) }
    case .stderr: stderr.end { last = ($0, $1) }
    }
    if let last { hand(OutputLine(stream: stream, bytes: last.line, length: last.length), to: emit) }
  }

  private mutating func hand(_ line: OutputLine, to emit: (OutputEvent) -> Void) {
    handedBytes += line.bytes.count
    handedLines += 1
    guard handedBytes <= limits.totalBytes, handedLines <= limits.totalLines else {
      droppedBytes += line.length
      if !isLimitReached { emit(.limitReached) }
      isLimitReached = true
      return
    }
    droppedBytes += line.length - line.bytes.count
    emit(.line(line))
  }

  private mutating func keepTail(_ bytes: borrowing Span<UInt8>) {
    let last = bytes.extracting(last: limits.tailBytes)
    unsafe last.withUnsafeBufferPointer { unsafe lastBytes.append(contentsOf: $0) }
    // Trimmed seldom, so that each byte is moved a bounded number of times.
    if lastBytes.count > 4 * limits.tailBytes { lastBytes.removeFirst(lastBytes.count - limits.tailBytes) }
  }
}
