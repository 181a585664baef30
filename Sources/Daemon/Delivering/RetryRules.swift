/// When a message that failed comes back: the settings that decide it.
struct RetryRules: Sendable {
  var success: Application.Success = .any2xx
  var visibilityTimeout: Duration = .seconds(300)
  /// Beanstalk's ErrorVisibilityTimeout; nil leaves it to the visibility timeout.
  var errorVisibilityTimeout: Duration?
  /// Wins over `errorVisibilityTimeout`.
  var backoff: RetryBackoff?

  /// A message that failed is not hidden for longer than this, but for what the application asks for by Retry-After.
  var longestPause: Duration {
    max(visibilityTimeout, backoff?.cap ?? errorVisibilityTimeout ?? .zero)
  }
}
