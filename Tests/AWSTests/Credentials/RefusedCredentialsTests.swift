import Curl
import Foundation
import Locks
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct RefusedCredentialsTests {
  private static let queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"

  private static func refusal(_ name: String) -> String {
    httpAnswer(403, #"{"__type":"com.amazon.coral.service#\#(name)","message":"no"}"#)
  }

  /// The key ids that requests were signed with, of a client whose source has keys KEY1, KEY2 and so on.
  private func keysUsed(_ answers: [String]) async throws -> [String] {
    let peer = try ScriptedPeer.answering(answers)
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let number = Locked(0)
    let cache = CredentialCache(find: {
      let count = number.withLock { number in
        number += 1
        return number
      }
      return FoundCredentials(
        Credentials(accessKeyID: "KEY\(count)", secretAccessKey: Secret(Marked.secret)), from: "test")
    })
    let endpoint = try Endpoint.resolve(
      .sqs, queue: QueueURL(Self.queue), environment: ["AWS_ENDPOINT_URL_SQS": peer.url]
    ).endpoint
    let sqs = SQSClient(client: curl, endpoint: endpoint, credentials: cache)
    for _ in answers { try? await sqs.delete(receiptHandle: "h", from: Self.queue) }
    return peer.record.requests.map { request in
      let line = request.lines.first { $0.hasPrefix("Authorization: ") } ?? ""
      return String(line.split(separator: "=").dropFirst().first?.prefix { $0 != "/" } ?? "")
    }
  }

  @Test(arguments: ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"])
  func `after a refusal of its credentials a call is signed with others`(name: String) async throws {
    #expect(try await keysUsed([Self.refusal(name), httpAnswer(200, "{}")]) == ["KEY1", "KEY2"])
  }

  @Test(arguments: ["AccessDenied", "SignatureDoesNotMatch", "RequestThrottled"])
  func `other refusals are not about the credentials`(name: String) async throws {
    #expect(try await keysUsed([Self.refusal(name), httpAnswer(200, "{}")]) == ["KEY1", "KEY1"])
  }
}
