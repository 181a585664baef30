/// How long each thing about task protection takes.
struct TaskProtectionTimes: Sendable {
  /// Protection ends by itself after this: as long as the longest job may take.
  var term: Duration
  /// Without a message for so long, protection is put off.
  var idle: Duration = .seconds(60)
  /// Protected for so long without an end, intake pauses.
  var work: Duration = .seconds(600)
  /// How long protection then stays off: ECS must get round to looking at its tasks meanwhile.
  var unprotected: Duration = .seconds(15)
  /// At least this lies between two calls.
  var spacing: Duration = .seconds(1)
  /// The pause after the first failed call, doubled by each further one; longer when ECS asks for fewer calls.
  var firstPause: Duration = .seconds(5)
  var throttledPause: Duration = .seconds(30)
  var longestPause: Duration = .seconds(300)

  func pause(afterFailures failures: Int, isThrottling: Bool, jitter: Double) -> Duration {
    let first = isThrottling ? throttledPause : firstPause
    // At least half: many tasks of one account must not call together.
    return min(longestPause, first * (1 << min(max(failures - 1, 0), 10))) * (0.5 + jitter / 2)
  }
}
