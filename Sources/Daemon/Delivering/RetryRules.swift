/// When a message that failed comes back: the settings that decide it.
struct RetryRules: Sendable {
  var success: Application.Success = .any2xx
  var visibilityTimeout: Duration = .seconds(300)
  /// Beanstalk's ErrorVisibilityTimeout; nil leaves it to the visibility timeout.
  var errorVisibilityTimeout: Duration?
  /// Wins over `errorVisibilityTimeout`.
  var backoff: RetryBackoff?
}
