/// How a job ended.
struct JobEnd: Sendable {
  enum Outcome: Sendable, Equatable {
    case exited(code: Int32)
    case signalled(number: Int32)
    case notStarted(JobStartError)
  }

  /// Why the job was told to stop.
  enum Stop: String, Sendable {
    case timeLimit = "time limit"
    case shutdown
    /// Nobody is left who would hear its end.
    case clientGone = "client gone"
  }

  var outcome: Outcome
  /// Set when the job was told to stop, however it ended then.
  var stop: Stop?
  var duration: Duration
  var processID: Int32?
  /// The last bytes that it wrote to either stream, at most ``OutputLimits/tailBytes``.
  var tail: [UInt8] = []
  /// How many bytes it wrote to both streams.
  var outputBytes = 0
  /// Bytes that were read and not handed on, because the job wrote more than ``OutputLimits`` allow.
  var droppedBytes = 0

  /// A job that was told to stop has not shown that its work is done, even if it then exits with 0: the message must
  /// come again.
  var succeeded: Bool { outcome == .exited(code: 0) && stop == nil }
}
