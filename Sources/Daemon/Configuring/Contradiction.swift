import Settings

/// Settings that are each right, and that together do what nobody means: named at the start and by `sqsd check`.
enum Contradiction: Sendable, Equatable {
  /// A job may be silent for longer than its message stays hidden, and nothing extends that.
  case inactivityNotBelowVisibility
  /// The message may be back before the application is even reached.
  case connectNotBelowVisibility
  /// Two pauses for one failure.
  case backoffAndErrorVisibility
  /// A failed message comes back in the same moment, until its receives are used up.
  case noPauseAfterFailure
  /// A failed message is too old when it comes back.
  case retentionNotAboveRetry
  /// Fargate kills a container that takes longer to stop.
  case drainLongerThanFargate

  /// `stopTimeout` is 120 s at most on Fargate, and flushing the deletes may take 5 s after the drain (README, rule 7).
  private static let longestDrainOnFargate: Duration = .seconds(110)

  /// What ECS says in AWS_EXECUTION_ENV.
  static let fargate = "AWS_ECS_FARGATE"

  /// All of them. `isOnFargate` as far as one can know: the settings of a task that is elsewhere are not its business.
  static func all(in settings: ParsedSettings, heartbeat: Bool, isOnFargate: Bool) -> [Contradiction] {
    let visibility = settings[SqsdSettings.visibilityTimeout]
    let errorVisibility = settings[SqsdSettings.errorVisibilityTimeout]
    let backoff = settings[SqsdSettings.retryBackoff]
    let firstRetry = backoff?.base ?? errorVisibility ?? visibility
    var found: [Contradiction] = []
    if !heartbeat {
      if settings[SqsdSettings.inactivityTimeout] >= visibility { found.append(.inactivityNotBelowVisibility) }
      if settings[SqsdSettings.connectTimeout] >= visibility { found.append(.connectNotBelowVisibility) }
    }
    if backoff != nil, errorVisibility != nil { found.append(.backoffAndErrorVisibility) }
    if backoff == nil, errorVisibility == .zero { found.append(.noPauseAfterFailure) }
    if let retention = settings[SqsdSettings.retentionPeriod], retention <= firstRetry {
      found.append(.retentionNotAboveRetry)
    }
    if isOnFargate, settings[SqsdSettings.drainTimeout] > longestDrainOnFargate {
      found.append(.drainLongerThanFargate)
    }
    return found
  }
}

extension Contradiction: CustomStringConvertible {
  var description: String {
    switch self {
    case .inactivityNotBelowVisibility:
      """
      --inactivity-timeout is not below --visibility-timeout and the heartbeat is off: a message whose job takes longer \
      than the latter is delivered a second time while the first is still at work; raise --visibility-timeout
      """
    case .connectNotBelowVisibility:
      """
      --connect-timeout is not below --visibility-timeout and the heartbeat is off: a message may be received again \
      before the application is reached; raise --visibility-timeout
      """
    case .backoffAndErrorVisibility:
      """
      --retry-backoff and --error-visibility-timeout are both set: the backoff decides, the other does nothing; leave \
      one of them out
      """
    case .noPauseAfterFailure:
      """
      --error-visibility-timeout is 0: a failed message comes back at once, so a failure of a few seconds uses up its \
      receives and sends it to the dead-letter queue; give it some seconds, or set --retry-backoff instead
      """
    case .retentionNotAboveRetry:
      """
      --retention-period is not above the pause before the first retry: a message that fails once is too old when it \
      comes back, and is deleted instead of tried again; raise --retention-period, or leave it to the queue
      """
    case .drainLongerThanFargate:
      """
      --drain-timeout is above 110 s: Fargate kills a container after a stopTimeout of 120 s at most, and the last \
      deletes need the rest; lower it to 110
      """
    }
  }
}
