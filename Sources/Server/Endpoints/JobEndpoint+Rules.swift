extension JobEndpoint {
  /// What becomes of a job when nobody is left who would hear its end.
  enum OnDisconnect: String, CaseIterable, Sendable {
    case keep, terminate
  }

  /// How jobs are run.
  struct Rules: Sendable {
    /// nil: as long as they like.
    var timeLimit: Duration?
    var killAfter = Duration.seconds(10)
    /// nil: the server's own.
    var directory: String?
    /// nil: as the server.
    var user: JobUser?
    var onDisconnect = OnDisconnect.keep
    var answersWithOutput = false
    /// How often the client hears that its job still runs, or waits. libcurl and the like count any byte as a sign of
    /// life, so a job may run far longer than the client's idle timeout.
    var interimInterval = Duration.seconds(30)

    var outputLimits: OutputLimits {
      var limits = OutputLimits()
      if answersWithOutput { limits.tailBytes = JobAnswer.longestOutput }
      return limits
    }
  }
}
