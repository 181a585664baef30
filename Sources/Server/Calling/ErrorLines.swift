import Locks

/// The standard error of a call on its way to the log.
final class ErrorLines: Sendable {
  private let output: Locked<JobOutput>
  private let emit: @Sendable (OutputEvent) -> Void

  init(limits: OutputLimits, emit: @escaping @Sendable (OutputEvent) -> Void) {
    output = Locked(JobOutput(limits: limits))
    self.emit = emit
  }

  func append(_ bytes: borrowing Span<UInt8>) {
    var events: [OutputEvent] = []
    unsafe bytes.withUnsafeBufferPointer { buffer in
      let span = unsafe Span(_unsafeElements: buffer)
      output.withLock { $0.append(span, from: .stderr) { events.append($0) } }
    }
    for event in events { emit(event) }
  }

  /// Hands on a last line without a line break. Returns how many bytes there were, and how many of them were dropped.
  func end() -> (total: Int, dropped: Int) {
    var events: [OutputEvent] = []
    let counts = output.withLock { output in
      output.end(.stderr) { events.append($0) }
      return (output.totalBytes, output.droppedBytes)
    }
    for event in events { emit(event) }
    return counts
  }
}
