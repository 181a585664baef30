/// What follows each failed attempt of one call: the decisions of the retries, without clocks, tasks or sockets.
struct RetryPlan: Sendable {
  enum Step: Sendable, Equatable {
    /// The call has failed.
    case end
    /// The call has failed, but its caller hears of it only after this pause.
    case endAfter(Duration)
    case again(after: Duration, onFreshConnection: Bool)
  }

  let policy: RetryPolicy
  let repeatability: Repeatability
  /// A caller of a long poll calls again at once.
  let isLongPoll: Bool
  /// Attempts that have failed.
  private(set) var attempts = 0
  /// What the last retry took from the quota.
  private(set) var lastCost: Int?

  init(policy: RetryPolicy, repeatability: Repeatability, isLongPoll: Bool) {
    self.policy = policy
    self.repeatability = repeatability
    self.isLongPoll = isLongPoll
  }

  /// `isRemedied`: the cause was removed, by a corrected clock or by other credentials, so there is nothing to wait for.
  mutating func next(
    after error: AWSError, isRemedied: Bool, jitter: Double, quota: inout RetryQuota
  ) -> Step {
    attempts += 1
    guard attempts < policy.maximumAttempts, mayRepeat(error, isRemedied) else { return .end }
    // No tokens: they are there to spare a service that is in trouble, and this one is not.
    if error.wasOnStaleConnection { return .again(after: .zero, onFreshConnection: true) }
    let isThrottling = error.isThrottling || error.code == .overLimit
    let pause = policy.pause(
      beforeRetry: attempts - 1, isThrottling: isThrottling, jitter: jitter, wish: error.retryAfter)
    let cost = isThrottling ? RetryQuota.throttlingCost : RetryQuota.cost
    guard quota.take(cost) else { return isLongPoll ? .endAfter(pause) : .end }
    lastCost = cost
    return .again(after: isRemedied ? .zero : pause, onFreshConnection: false)
  }

  private func mayRepeat(_ error: AWSError, _ isRemedied: Bool) -> Bool {
    switch error.code {
    case .expiredCredentials, .invalidCredentials: isRemedied
    default: error.isRetryable && (repeatability == .always || !error.isAmbiguous)
    }
  }
}
