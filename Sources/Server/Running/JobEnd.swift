import Glibc

/// How a job ended.
struct JobEnd: Sendable {
  enum Outcome: Sendable, Equatable {
    case exited(code: Int32)
    case signalled(number: Int32)
    case notStarted(JobStartError)
    /// An application answered.
    case answered(status: Int)
    /// An application could not be asked at all.
    case unreachable(reason: String)
    /// An application was asked and did not answer, or in a way that says nothing.
    case broken(reason: String)
    /// An application was asked, and its answer not waited for: ``stop`` says why.
    case noAnswer
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
  /// The last bytes that it wrote to either stream, at most ``OutputLimits/tailBytes``. Of an application's answer, the
  /// beginning and the end.
  var tail: [UInt8] = []
  /// How many bytes it wrote to both streams.
  var outputBytes = 0
  /// Bytes that were read and not handed on, because the job wrote more than ``OutputLimits`` allow.
  var droppedBytes = 0
  /// When it wants to run again, as a job that failed or an application's answer said: seconds or a date.
  var retryAfter: String?

  /// A job that was told to stop has not shown that its work is done, even if it then exits with 0: the message must
  /// come again.
  var succeeded: Bool {
    guard stop == nil else { return false }
    return switch outcome {
    case .exited(let code): code == 0
    case .answered(let status): (200...299).contains(status)
    case .signalled, .notStarted, .unreachable, .broken, .noAnswer: false
    }
  }

  /// What may be behind an end that says little by itself: nobody here has sent this SIGKILL, and mostly it is the kernel
  /// that does.
  var hint: String? {
    outcome == .signalled(number: SIGKILL) && stop == nil
      ? "killed from outside, perhaps because the container's or the machine's memory ran out" : nil
  }
}
