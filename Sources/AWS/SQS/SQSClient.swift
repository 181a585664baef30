// AWS: the little of it that is needed to receive and settle messages.
//
// Signing/      Signature Version 4: a pure function from request, credentials and date to headers.
// Credentials/  what to sign with, and where it comes from.
// Endpoints/    which host to dial and which region to sign for.
// JSON/         the pull reader behind ReceiveMessage.
// SQS/          the operations, one file a kind.
// Errors/       one error type; what the service says, classified.

package import Curl
package import FoundationEssentials

/// Amazon SQS over its AWS JSON 1.0 protocol. Each call is one attempt: who repeats it gets a fresh signature each time.
///
/// The endpoint is what is dialled; the queue's URL travels as a value in the body and is never changed (Amazon SQS
/// Developer Guide, "Making query API requests using AWS JSON protocol in Amazon SQS"). All calls throw `AWSError` only.
package struct SQSClient: Sendable {
  /// How long a call other than ReceiveMessage may take in total.
  package static let callTimeout: Duration = .seconds(10)
  /// How much longer than its wait a ReceiveMessage may take: an answer cut off hides its messages until their
  /// visibility timeout.
  package static let receiveMargin: Duration = .seconds(10)
  /// The most entries that a batch call takes, and the most messages that ReceiveMessage hands out.
  package static let batchLimit = 10

  package let endpoint: Endpoint
  let service: JSONService

  package init(
    client: CurlClient, endpoint: Endpoint, credentials: any CredentialProvider,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.endpoint = endpoint
    service = JSONService(
      client: client, endpoint: endpoint, targetPrefix: "AmazonSQS", contentType: "application/x-amz-json-1.0",
      credentials: credentials, now: now)
  }
}
