/// What the queue is told about a message: the one place where an outcome becomes a decision.
enum Disposition: Sendable, Equatable {
  /// The message is done, or too old.
  case delete
  /// Nothing: SQS shows the message again when its visibility timeout has run out, and moves it to the dead-letter queue
  /// after maxReceiveCount receives.
  case leave
  /// The message becomes visible again this long from now.
  case release(after: Duration)

  /// How long a message stays hidden whose delivery was cut off by a shutdown: the application may still be at work on
  /// it, but will not be for long.
  static let afterCutOff: Duration = .seconds(60)

  /// What is known of the message when its delivery has ended.
  struct Circumstances: Sendable {
    /// Since its receive.
    var held: Duration = .zero
    /// The heartbeat has extended its visibility.
    var isExtended = false
    /// SQS's count, this receive included.
    var receiveCount = 1
    /// From 0 to 1, for the backoff.
    var jitter = 0.0
  }

  /// Only a success deletes, and the retention period; every other end leaves the message to the queue.
  init(_ outcome: Outcome, _ rules: RetryRules, _ circumstances: Circumstances = .init()) {
    switch outcome {
    case .answered(let status, _, _) where rules.success.includes(status): self = .delete
    case .expired: self = .delete
    case .cutOff: self = .release(after: Self.afterCutOff)
    // Never sent, so there is nothing to wait for.
    case .unreachable: self = .release(after: .zero)
    case .answered(_, let retryAfter?, _): self = .release(after: retryAfter)
    // The application may still be at work.
    case .silent: self = .failure(rules, circumstances, mayStillRun: true)
    case .answered, .broken, .invalid: self = .failure(rules, circumstances, mayStillRun: false)
    }
    // SQS hides no message for more than 12 hours from its receive, and refuses to be asked for more.
    if case .release(let after) = self {
      let left = max(.zero, HeldMessages.longestHold - circumstances.held)
      self = .release(after: min(after, left).roundedUpToSeconds)
    }
  }

  private static func failure(
    _ rules: RetryRules, _ circumstances: Circumstances, mayStillRun: Bool
  ) -> Disposition {
    // What is left of the visibility timeout that began with the receive.
    let left = max(.zero, rules.visibilityTimeout - circumstances.held)
    if let backoff = rules.backoff {
      let delay = backoff.delay(receiveCount: circumstances.receiveCount, jitter: circumstances.jitter)
      return .release(after: mayStillRun ? max(left, delay) : delay)
    }
    if let fixed = rules.errorVisibilityTimeout { return .release(after: fixed) }
    // The heartbeat has moved the end of the visibility timeout away; this moves it back.
    return circumstances.isExtended ? .release(after: left) : .leave
  }
}
