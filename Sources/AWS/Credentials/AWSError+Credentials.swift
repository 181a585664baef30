extension AWSError {
  /// Why a source gave no credentials: what it is, what happened, what to do. The advice is added after the text is cut to
  /// its limit, so that it is never what is lost.
  static func credentials(
    _ source: String, _ reason: String, advice: String? = nil, isTemporary: Bool = false
  ) -> AWSError {
    var error = AWSError(code: isTemporary ? .credentialsUnavailable : .credentials, message: "")
    error.message = shortened("\(source): \(reason)", to: 2 * messageLimit) + (advice.map { ". \($0)" } ?? "")
    return error
  }

  /// The same for a call that failed on the way to credentials. Its own code is not kept: an expired token that STS
  /// refuses is not the one that a queue would refuse.
  static func credentials(_ source: String, _ error: AWSError, advice: String? = nil) -> AWSError {
    credentials(source, error.sentence, advice: advice, isTemporary: error.isRetryable)
  }
}
