/// What SQS is to be told about one message.
struct Settlement: Sendable {
  enum Action: Sendable, Equatable {
    case delete
    /// The message becomes visible again this long from now; zero is at once.
    case changeVisibility(Duration)
  }

  /// What became of it.
  enum End: Sendable, Equatable {
    case done
    /// SQS did not take it.
    case givenUp
  }

  let messageID: String
  let receiptHandle: String
  let action: Action
  /// Somebody waits for it: it is not kept back to fill a batch.
  var isUrgent = false
  /// When it is not tried any more.
  let deadline: ContinuousClock.Instant
  /// After the moment that this returns others may have received the message.
  var hiddenUntil: @Sendable () -> ContinuousClock.Instant
  var onEnd: @Sendable (End) -> Void = { _ in }
}
