/// What holds for one call, beside its operation and its body.
struct CallTerms: Sendable {
  /// How long each attempt may take.
  var timeout: Duration
  /// The longest answer that is read, in bytes.
  var answerLimit = JSONService.answerLimit
  var repeatability = Repeatability.always
  var isLongPoll = false
  /// When the call must have ended, with all its attempts and pauses. An attempt is cut off at it, and none begins that
  /// would have to wait for longer. Fetching credentials is not cut off: their providers have limits of their own.
  var deadline: ContinuousClock.Instant?
  /// Asked before each further attempt, not before the first.
  var mayRepeat: @Sendable () -> Bool = { true }
}
