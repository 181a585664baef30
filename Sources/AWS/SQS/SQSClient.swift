// AWS: the little of it that is needed to receive and settle messages.
//
// Signing/      Signature Version 4: a pure function from request, credentials and date to headers.
// Credentials/  what to sign with, and where it comes from.
// Endpoints/    which host to dial and which region to sign for.
// Calling/      a call in AWS JSON: its attempts, each signed anew.
// Retrying/     when a call is attempted again, after which pause, and by whose clock.
// JSON/         the pull reader behind ReceiveMessage.
// SQS/          the operations, one file a kind.
// ECS/          the agent beside a task, which protects it from scale-in.
// Errors/       one error type; what the service says, classified.

package import Curl

/// Amazon SQS over its AWS JSON 1.0 protocol.
///
/// The endpoint is what is dialled; the queue's URL travels as a value in the body and is never changed (Amazon SQS
/// Developer Guide, "Making query API requests using AWS JSON protocol in Amazon SQS"). All calls throw `AWSError` only.
///
/// A call that fails for reasons that may pass is attempted up to three times, each time with the credentials and the
/// signature of then, and with pauses of at most 13 seconds together. Without a `deadline` an ordinary call is therefore over
/// after 43 seconds, and most that fail after a tenth of one. Entries of a batch that fail by themselves are the caller's to
/// repeat.
package struct SQSClient: Sendable {
  /// How long an attempt of a call other than ReceiveMessage may take.
  package static let callTimeout: Duration = .seconds(10)
  /// How much longer than its wait an attempt of ReceiveMessage may take: an answer cut off hides its messages until their
  /// visibility timeout.
  package static let receiveMargin: Duration = .seconds(10)
  /// The most entries that a batch call takes, and the most messages that ReceiveMessage hands out.
  package static let batchLimit = 10

  package let endpoint: Endpoint
  let service: JSONService

  /// The clock that signs, put right by the answers; what provides the credentials should tell the time by it too.
  package var clock: CorrectedClock { service.clock }

  package init(
    client: CurlClient, endpoint: Endpoint, credentials: any CredentialProvider,
    clock: CorrectedClock = CorrectedClock(), pauses: Pauses = .real
  ) {
    self.endpoint = endpoint
    service = JSONService(
      client: client, endpoint: endpoint, targetPrefix: "AmazonSQS", contentType: "application/x-amz-json-1.0",
      credentials: credentials, clock: clock, pauses: pauses)
  }
}
