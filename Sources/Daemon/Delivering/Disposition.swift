/// What the queue is told about a message: the one place where an outcome becomes a decision.
enum Disposition: Sendable, Equatable {
  /// The message is done.
  case delete
  /// Nothing: SQS shows the message again when its visibility timeout has run out, and moves it to the dead-letter queue
  /// after maxReceiveCount receives.
  case leave
  /// The message becomes visible again this long from now.
  case release(after: Duration)

  /// How long a message stays hidden whose delivery was cut off by a shutdown: the application may still be at work on
  /// it, but will not be for long.
  static let afterCutOff: Duration = .seconds(60)

  /// Only a success deletes; every failure leaves the message to the queue.
  init(_ outcome: Outcome, success: Application.Success) {
    switch outcome {
    case .answered(let status, _) where success.includes(status): self = .delete
    case .answered, .failed, .invalid: self = .leave
    case .cutOff: self = .release(after: Self.afterCutOff)
    }
  }
}
