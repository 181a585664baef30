/// How often a call is attempted, and how long it pauses before each further attempt: AWS's "standard" mode with the
/// figures of November 2026 (AWS SDKs and Tools Reference Guide, "Retry behavior"; AWS Developer Tools Blog, "Announcing
/// updated retry behavior for AWS SDKs and Tools").
struct RetryPolicy: Sendable {
  static let standard = RetryPolicy()

  /// The first attempt included.
  var maximumAttempts = 3
  /// The longest pause before the first retry; each further one may be twice as long.
  var base: Duration = .milliseconds(50)
  /// The same after the service has asked for fewer calls.
  var throttlingBase: Duration = .seconds(1)
  var longestPause: Duration = .seconds(20)
  /// How much a server's wish may add to a pause.
  var longestWish: Duration = .seconds(5)

  /// The pause before a retry, counted from 0. `jitter`, from 0 to 1, spreads it over all of the range: clients that
  /// failed together must not come back together.
  ///
  /// `wish` is the server's `x-amz-retry-after`. It may lengthen the pause, within bounds, and never shortens it.
  func pause(beforeRetry retry: Int, isThrottling: Bool, jitter: Double, wish: Duration? = nil) -> Duration {
    let ceiling = min((isThrottling ? throttlingBase : base) * (1 << min(max(retry, 0), 20)), longestPause)
    let pause = ceiling * jitter
    guard let wish else { return pause }
    return max(pause, min(wish, pause + longestWish))
  }
}
