/// When a FIFO queue is to be received from one message at a time.
///
/// Several messages of one group come in one receive, and each of them has spent one of its receives. If the first one
/// fails, the others go back without having been POSTed; with a small maxReceiveCount they would reach the dead-letter
/// queue like that. So whenever that may happen, each receive asks for one message, which is POSTed at once.
struct ReceivingCaution {
  enum Event {
    /// A message was POSTed. `receiveCount` is SQS's, this time included.
    case posted(messageID: String, succeeded: Bool, receiveCount: Int)
    /// A message went back without a POST.
    case givenBack(messageID: String)
  }

  /// What was given back may go to another daemon and never be seen here again, so it is forgotten this long after the last
  /// failure; or later, so that a message behind one that fails again and again is remembered until its turn comes.
  static let memory: Duration = .seconds(900)
  static let turnsRemembered = 3

  private let memory: Duration
  private var unposted: Set<String> = []
  private var forgetAt: ContinuousClock.Instant?
  private var isUneasy = false
  private let settledAt: ContinuousClock.Instant

  /// For `visibilityTimeout` after the start the messages may come back that an earlier daemon held when it died.
  /// `longestPause` is how long one that failed may stay hidden, if that is longer.
  init(start: ContinuousClock.Instant, visibilityTimeout: Duration, longestPause: Duration = .zero) {
    settledAt = start.advanced(by: visibilityTimeout)
    memory = max(Self.memory, max(visibilityTimeout, longestPause) * Self.turnsRemembered)
  }

  func isCareful(now: ContinuousClock.Instant) -> Bool {
    if now < settledAt || isUneasy { return true }
    guard let forgetAt, now < forgetAt else { return false }
    return !unposted.isEmpty
  }

  mutating func note(_ event: Event, now: ContinuousClock.Instant) {
    switch event {
    case .posted(let messageID, let succeeded, let receiveCount):
      unposted.remove(messageID)
      if !succeeded, let forgetAt, now < forgetAt { self.forgetAt = now.advanced(by: memory) }
      if !succeeded || receiveCount > 1 {
        isUneasy = true
      } else {
        // A head that came for the first time and succeeded: the trouble is over.
        isUneasy = false
      }
    case .givenBack(let messageID):
      if let forgetAt, now >= forgetAt { unposted = [] }
      forgetAt = now.advanced(by: memory)
      unposted.insert(messageID)
    }
  }
}
