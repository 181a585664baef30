/// Keeps a wrong path from dead-lettering a backlog: as long as no message of a queue has succeeded, ten answers in a row
/// that say "not here" or "not for you" pause the queue.
///
/// A pause ends with a trial: one message, whose answer decides. Waiting for ever would need a restart even after the
/// application was mended.
struct PathGuard: Equatable {
  /// 404 and 405 are a wrong path; 401, 403 and redirects are a log-in page or a proxy in front of the right one.
  static let statuses: Set<Int> = [301, 302, 303, 307, 308, 401, 403, 404, 405]
  static let answersToPause = 10
  /// Doubled by each further trial in vain.
  static let firstPause: Duration = .seconds(60)
  static let longestPause: Duration = .seconds(600)

  private enum State: Equatable {
    case watching(inARow: Int)
    case paused(until: ContinuousClock.Instant, trials: Int)
    /// A message succeeded: the path is right, and such an answer is the message's own failure from now on.
    case satisfied
  }

  let firstPause: Duration
  private var state = State.watching(inARow: 0)

  init(firstPause: Duration = Self.firstPause) {
    self.firstPause = firstPause
  }

  /// The status of an answer, `succeeded` if it deletes. Returns true if this answer pauses the queue anew.
  mutating func answered(_ status: Int, succeeded: Bool, now: ContinuousClock.Instant) -> Bool {
    if succeeded {
      state = .satisfied
      return false
    }
    let isWrong = Self.statuses.contains(status)
    switch state {
    case .satisfied: return false
    case .watching(let count):
      let count = isWrong ? count + 1 : 0
      state = .watching(inARow: count)
      guard count >= Self.answersToPause else { return false }
      state = .paused(until: now.advanced(by: firstPause), trials: 0)
      return true
    case .paused(let until, let trials):
      if !isWrong {
        state = .watching(inARow: 0)
      } else if now >= until {
        // The trial's answer; those of messages that were on their way when the pause began come before its end.
        let pause = min(Self.longestPause, firstPause * (1 << min(trials + 1, 10)))
        state = .paused(until: now.advanced(by: pause), trials: trials + 1)
      }
      return false
    }
  }

  var isPaused: Bool {
    if case .paused = state { return true }
    return false
  }

  /// When the trial is due; nil when there is no pause.
  var pausedUntil: ContinuousClock.Instant? {
    if case .paused(let until, _) = state { return until }
    return nil
  }
}
