/// How much of a job's output is kept. A job may write without end; all of it is read, so that it never blocks.
struct OutputLimits: Sendable {
  /// A longer line is cut. Together with what stands around it the line stays under the 4,000 bytes that a value in
  /// a log line may have.
  var lineBytes = 3_900
  /// Bytes of lines per job that are handed on; the rest is only counted.
  var totalBytes = 1 << 20
  /// Lines per job that are handed on: a million empty lines would be small in bytes and huge in a log.
  var totalLines = 20_000
  /// The end of the output that is kept, for the log line of a failure; under 4,000 for the same reason as a line.
  var tailBytes = 3_900
}

/// What a job wrote.
enum OutputEvent: Sendable {
  case line(OutputLine)
  /// Comes once, in place of the first line that is over ``OutputLimits/totalBytes`` or ``OutputLimits/totalLines``.
  case limitReached
}

/// One line of a job's output, without its line break.
struct OutputLine: Sendable, Equatable {
  enum Stream: String, Sendable {
    case stdout, stderr
  }

  var stream: Stream
  var bytes: [UInt8]
  /// The line's whole length; more than `bytes` has when it was cut.
  var length: Int

  /// Invalid UTF-8 is repaired, because log lines must be text.
  var text: String { String(decoding: bytes, as: UTF8.self) }
  var isCut: Bool { length > bytes.count }
}
