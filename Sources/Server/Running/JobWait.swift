import Locks

/// What the task that waits for a job and the thread that runs it share: a place for the next piece of news.
///
/// One task waits, one thread posts. Cancelling the task changes nothing here; a job ends when it ends.
final class JobWait: Sendable {
  enum News: Sendable {
    /// The job still runs; comes every ``Job/tickInterval``.
    case tick
    case ended(JobEnd)
  }

  private struct State: Sendable {
    var news: News?
    var waiter: CheckedContinuation<News, Never>?
  }

  private let state = Locked(State())

  /// The end overwrites a tick that nobody has taken yet.
  func post(_ news: News) {
    let waiter = state.withLock { state -> CheckedContinuation<News, Never>? in
      guard let waiter = state.waiter else {
        state.news = news
        return nil
      }
      state.waiter = nil
      return waiter
    }
    waiter?.resume(returning: news)
  }

  func next() async -> News {
    await withCheckedContinuation { continuation in
      let news = state.withLock { state -> News? in
        if state.news == nil { state.waiter = continuation }
        defer { state.news = nil }
        return state.news
      }
      if let news { continuation.resume(returning: news) }
    }
  }
}
