import AWS
import Curl
import Foundation
import Logging
import TestSupport

@testable import Daemon

/// moto's DynamoDB and SQS, with clients of ours.
final class MotoWorld: Sendable {
  static let shared = Task { try await MotoWorld() }

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  let server: MotoServer
  let curl: CurlClient
  let dynamodb: DynamoDBClient
  let sqs: SQSClient

  private init() async throws {
    server = try await MotoServer.start()
    curl = try CurlClient()
    let environment = ["AWS_ENDPOINT_URL": server.endpoint, "AWS_REGION": "us-east-1"]
    let credentials = Credentials(accessKeyID: "test", secretAccessKey: Secret("test"))
    dynamodb = DynamoDBClient(
      client: curl, endpoint: try Endpoint.resolve(.dynamodb, environment: environment).endpoint,
      credentials: credentials)
    sqs = SQSClient(
      client: curl, endpoint: try Endpoint.resolve(.sqs, environment: environment).endpoint, credentials: credentials)
  }

  /// A call of which the product makes none; moto looks at no signature.
  @discardableResult
  func call(_ service: String, _ target: String, _ body: String) async throws -> [String: Any] {
    let answer = try await curl.execute(
      CurlRequest(
        method: "POST", url: server.endpoint,
        headers: [
          (name: "Content-Type", value: "application/x-amz-json-1.0"), (name: "X-Amz-Target", value: target),
          (
            name: "Authorization",
            value: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/\(service)/aws4_request, SignedHeaders=host, "
              + "Signature=0"
          ),
        ], body: Array(body.utf8), connectTimeout: .seconds(10), totalTimeout: .seconds(50), keptBodyLimit: 1_000_000,
        bodyLimit: 1_000_000))
    guard answer.status == 200,
      let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
    else { throw Failed(description: "\(target): \(answer.status) \(String(decoding: answer.body, as: UTF8.self))") }
    return object
  }

  func makeTable(key: String = "id", type: String = "S") async throws -> String {
    let name = "ticks-\(UUID().uuidString)"
    try await call(
      "dynamodb", "DynamoDB_20120810.CreateTable",
      #"""
      {"TableName":"\#(name)","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"\#(key)","KeyType":"HASH"}],
      "AttributeDefinitions":[{"AttributeName":"\#(key)","AttributeType":"\#(type)"}]}
      """#)
    return name
  }

  func makeQueue(isFIFO: Bool = false) async throws -> String {
    let name = UUID().uuidString + (isFIFO ? ".fifo" : "")
    let answer = try await call(
      "sqs", "AmazonSQS.CreateQueue",
      #"{"QueueName":"\#(name)","Attributes":\#(isFIFO ? #"{"FifoQueue":"true"}"# : "{}")}"#)
    guard let url = answer["QueueUrl"] as? String else { throw Failed(description: "no QueueUrl") }
    return url
  }

  func claimTable(_ name: String, wall: @escaping @Sendable () -> Int64) -> ClaimTable {
    ClaimTable(client: dynamodb, name: name, queue: "jobs", wall: wall)
  }
}
