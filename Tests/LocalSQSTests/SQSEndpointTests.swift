import Foundation
import HTTPCore
import Testing

@testable import LocalSQS

/// The protocol around the actions: targets, errors, headers.
@Suite(.timeLimit(.minutes(1))) struct SQSEndpointTests {
  private let endpoint: SQSEndpoint

  init() throws {
    var store = QueueStore(seed: 1)
    try store.create("jobs", attributes: [:], now: Timestamp(seconds: 1000))
    endpoint = SQSEndpoint(host: QueueHost(store: store) { Timestamp(seconds: 1000) }, latency: .zero)
  }

  private func post(
    _ target: String?, _ body: String, path: String = "/", headers: [HTTPHeaderList.Field] = []
  ) async -> HTTPResponse {
    var fields: [HTTPHeaderList.Field] = [("Host", "sqs.test:9324")] + headers
    if let target { fields.append(("X-Amz-Target", target)) }
    return await endpoint.respond(
      to: HTTPRequest(method: "POST", target: path, headers: HTTPHeaderList(fields), body: Array(body.utf8)),
      exchange: .unconnected())
  }

  private func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

  private func header(_ name: String, of response: HTTPResponse) -> String? {
    response.headers.first { $0.name == name }?.value
  }

  @Test func `every answer has a request id and the protocol's content type`() async throws {
    for response in [await post("AmazonSQS.ListQueues", "{}"), await post("AmazonSQS.Nonsense", "{}")] {
      let id = try #require(header("x-amzn-RequestId", of: response))
      #expect(UUID(uuidString: id) != nil)
      #expect(header("Content-Type", of: response) == "application/x-amz-json-1.0")
    }
  }

  @Test(arguments: ["AmazonSQS.TagQueue", "AmazonSQS.", "DynamoDB_20120810.ListTables", "ListQueues", ""])
  func `an action that is not there is an unknown operation`(target: String) async {
    let response = await post(target, "{}")
    #expect(response.status == 400)
    #expect(text(response).contains(#""__type":"com.amazon.coral.service#UnknownOperationException""#))
  }

  @Test func `errors carry the shape, the status and the code of the Query protocol`() async {
    let missing = await post("AmazonSQS.DeleteQueue", #"{"QueueUrl":"http://h/0/none"}"#)
    #expect(missing.status == 400)
    #expect(text(missing).contains(#""__type":"com.amazonaws.sqs#QueueDoesNotExist""#))
    #expect(header("x-amzn-query-error", of: missing) == "AWS.SimpleQueueService.NonExistentQueue;Sender")
    let handle = await post("AmazonSQS.DeleteMessage", #"{"QueueUrl":"http://h/0/jobs","ReceiptHandle":"x"}"#)
    #expect(handle.status == 404)
  }

  @Test(arguments: ["{", "[]", "\u{FF}", #"{"QueueUrl":5}"#, #"{"QueueUrl":"x/jobs","MaxNumberOfMessages":"1"}"#])
  func `a body that cannot be read is a serialization error`(body: String) async {
    let response = await post("AmazonSQS.ReceiveMessage", body)
    #expect(response.status == 400)
    #expect(text(response).contains("com.amazon.coral.service#SerializationException"))
  }

  @Test func `the Query protocol is refused in its own form`() async {
    let response = await post(
      nil, "Action=ReceiveMessage", path: "/000000000000/jobs",
      headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")])
    #expect(response.status == 400)
    #expect(header("Content-Type", of: response) == "text/xml")
    #expect(text(response).contains("<Code>InvalidAction</Code>"))
  }

  @Test func `queue URLs lead back to the host that the client named`() async {
    let response = await post("AmazonSQS.GetQueueUrl", #"{"QueueName":"jobs"}"#)
    #expect(text(response) == #"{"QueueUrl":"http://sqs.test:9324/000000000000/jobs"}"#)
  }

  @Test func `a queue is found by the end of any queue URL`() async {
    for url in ["https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", "http://127.0.0.1:1/jobs", "jobs"] {
      #expect(await post("AmazonSQS.SendMessage", #"{"QueueUrl":"\#(url)","MessageBody":"b"}"#).status == 200)
    }
  }

  @Test func `the region of resource names is that of the signature`() async {
    let scope =
      "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=0"
    let ask = #"{"QueueUrl":"x/jobs","AttributeNames":["QueueArn"]}"#
    let signed = await post("AmazonSQS.GetQueueAttributes", ask, headers: [("Authorization", scope)])
    #expect(text(signed) == #"{"Attributes":{"QueueArn":"arn:aws:sqs:eu-central-1:000000000000:jobs"}}"#)
    for other in ["Basic eDp5", "AWS4-HMAC-SHA256 Credential=AKID//x", "Credential="] {
      let plain = await post("AmazonSQS.GetQueueAttributes", ask, headers: [("Authorization", other)])
      #expect(text(plain).contains("us-east-1"))
    }
  }

  @Test func `an error never repeats the body of a message`() async {
    let secret = "correct horse battery staple"
    for body in [
      #"{"QueueUrl":"x/none","MessageBody":"\#(secret)"}"#, #"{"QueueUrl":5,"MessageBody":"\#(secret)"}"#,
      #"{"QueueUrl":"x/jobs","MessageBody":"\#(secret)\u0001"}"#,
    ] {
      let response = await post("AmazonSQS.SendMessage", body)
      #expect(response.status == 400)
      #expect(!text(response).contains("horse"))
    }
  }
}
