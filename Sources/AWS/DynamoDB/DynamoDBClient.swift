package import Curl

/// Amazon DynamoDB over its AWS JSON 1.0 protocol: the three calls by which several daemons agree on something.
///
/// A condition that does not hold is an answer, not an error (``ConditionalWrite``). An error says by
/// `AWSError.isAmbiguous` whether the call may have had its effect all the same. All calls throw `AWSError` only.
///
/// A write is attempted again also when the answer of an attempt was lost, so it may find its own effect and be refused for
/// that: what is in the table comes with the refusal, and the caller tells by it whose it is.
package struct DynamoDBClient: Sendable {
  /// How long an attempt may take. DynamoDB answers within some milliseconds; an attempt that has hung for so long is
  /// better made anew.
  package static let attemptTimeout: Duration = .milliseconds(1_500)

  package let endpoint: Endpoint
  let service: JSONService

  package init(
    client: CurlClient, endpoint: Endpoint, credentials: any CredentialProvider,
    clock: CorrectedClock = CorrectedClock(), pauses: Pauses = .real
  ) {
    self.endpoint = endpoint
    service = JSONService(
      client: client, endpoint: endpoint, targetPrefix: "DynamoDB_20120810",
      contentType: "application/x-amz-json-1.0", credentials: credentials, clock: clock, policy: .dynamoDB,
      pauses: pauses)
  }

  static func terms(_ deadline: ContinuousClock.Instant?) -> CallTerms {
    CallTerms(timeout: attemptTimeout, deadline: deadline)
  }
}

extension RetryPolicy {
  /// AWS SDKs and Tools Reference Guide, "Retry behavior": one attempt more than elsewhere, after shorter pauses.
  static let dynamoDB = RetryPolicy(maximumAttempts: 4, base: .milliseconds(25))
}
