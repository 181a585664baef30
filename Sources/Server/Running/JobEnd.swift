import Glibc

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
  }

  var outcome: Outcome
  /// Set when the job was told to stop, however it ended then.
  var stop: Stop?
  var duration: Duration
  var processID: Int32?
  /// The last bytes that it wrote to either stream.
  var tail: [UInt8] = []
  /// Bytes that were read and not handed on, because the job wrote more than ``OutputLimits`` allow.
  var droppedBytes = 0

  /// A job that was told to stop has not shown that its work is done, even if it then exits with 0: the message must
  /// come again.
  var succeeded: Bool { outcome == .exited(code: 0) && stop == nil }

  /// What may be behind an end that says little by itself: nobody here has sent this SIGKILL, and mostly it is the kernel
  /// that does.
  var hint: String? {
    outcome == .signalled(number: SIGKILL) && stop == nil
      ? "killed from outside, perhaps because the container's or the machine's memory ran out" : nil
  }
}
