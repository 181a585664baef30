import Locks

/// The messages that run here, or wait for their slot, so that one that comes again meanwhile starts no second copy.
///
/// It comes again when its sender gave up waiting, when its visibility ran out, or when somebody replays it by hand.
final class MessageRuns: Sendable {
  enum Entry: Sendable {
    /// Whoever gets this runs the message, and ends it by ``MessageRuns/end(_:of:with:)``.
    case first(MessageRun)
    /// Another request runs it.
    case joined(MessageRun)
  }

  private let runs = Locked<[String: MessageRun]>([:])

  func enter(_ messageID: String) -> Entry {
    runs.withLock { runs in
      if let run = runs[messageID] {
        run.join()
        return .joined(run)
      }
      let run = MessageRun()
      runs[messageID] = run
      return .first(run)
    }
  }

  /// From here on the message would run anew. Everybody who joined gets the answer.
  func end(_ run: MessageRun, of messageID: String, with answer: MessageRun.Answer?) {
    runs.withLock { _ = $0.removeValue(forKey: messageID) }
    run.end(with: answer)
  }
}
