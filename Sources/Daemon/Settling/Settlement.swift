/// What SQS is to be told about one message.
struct Settlement: Sendable {
  enum Action: Sendable, Equatable {
    case delete
    /// The message becomes visible again this long from now; zero is at once.
    case changeVisibility(Duration)
  }

  let messageID: String
  let receiptHandle: String
  let action: Action
  /// When the message's visibility timeout runs out: after it, others may have received it.
  let deadline: ContinuousClock.Instant
}
