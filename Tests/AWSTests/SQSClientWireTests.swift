import Locks
import Curl
import Foundation
import Testing

@testable import AWS

/// What goes over the wire, beside what botocore sends for the same call.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SQSClientWireTests {
  static let queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"
  static let credentials = Credentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret(PythonPeer.secret), sessionToken: Secret("token+/=="))

  /// The recorder, without what an earlier test left in it.
  private func recorder() async throws -> PythonPeer {
    let peer = try await PythonPeer.recorder.value
    _ = try await peer.recorded()
    return peer
  }

  private func client(
    _ peer: PythonPeer, curl: CurlClient, path: String = "", credentials: any CredentialProvider = credentials
  ) throws -> SQSClient {
    let resolution = try Endpoint.resolve(
      .sqs, queue: QueueURL(Self.queue),
      environment: ["AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:\(peer.port)\(path)"])
    return SQSClient(
      client: curl, endpoint: resolution.endpoint, credentials: credentials, pauses: RecordedPauses().pauses)
  }

  @Test func `each operation sends the body that botocore sends`() async throws {
    let peer = try await recorder()
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let sqs = try client(peer, curl: curl)
    let queue = Self.queue
    let text = "é{\"a\":1}/\u{1F9AB}\n"
    let attributes = [
      MessageAttribute(name: "n", dataType: "Number.int", value: .string("1")),
      MessageAttribute(name: "b", dataType: "Binary", value: .binary([0, 1, 255])),
    ]
    let theirAttributes: [String: Any] = [
      "n": ["DataType": "Number.int", "StringValue": "1"],
      "b": ["DataType": "Binary", "BinaryValue": ["base64": "AAH/"]],
    ]
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
    let all: [String: Any] = ["MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]]
    let calls: [(String, [String: Any], (SQSClient) async throws -> Void, String)] = [
      (
        "receive_message", all.merging(["QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 20]) { $1 },
        { _ = try await $0.receive(from: queue, maximum: 10, wait: 20) }, "{}"
      ),
      (
        "receive_message",
        all.merging([
          "QueueUrl": queue, "MaxNumberOfMessages": 1, "WaitTimeSeconds": 0, "VisibilityTimeout": 300,
          "ReceiveRequestAttemptId": "again",
        ]) { $1 },
        { _ = try await $0.receive(from: queue, maximum: 1, wait: 0, visibilityTimeout: 300, attemptID: "again") }, "{}"
      ),
      (
        "delete_message", ["QueueUrl": queue, "ReceiptHandle": "AQEB+/=="],
        { try await $0.delete(receiptHandle: "AQEB+/==", from: queue) }, ""
      ),
      (
        "delete_message_batch",
        ["QueueUrl": queue, "Entries": [["Id": "0", "ReceiptHandle": "a/b"], ["Id": "1", "ReceiptHandle": "c"]]],
        {
          _ = try await $0.delete(
            [BatchEntry(id: "0", receiptHandle: "a/b"), BatchEntry(id: "1", receiptHandle: "c")], from: queue)
        }, "{}"
      ),
      (
        "change_message_visibility", ["QueueUrl": queue, "ReceiptHandle": "a", "VisibilityTimeout": 0],
        { try await $0.changeVisibility(receiptHandle: "a", to: 0, in: queue) }, "{}"
      ),
      (
        "change_message_visibility_batch",
        ["QueueUrl": queue, "Entries": [["Id": "x", "ReceiptHandle": "a", "VisibilityTimeout": 60]]],
        {
          _ = try await $0.changeVisibility([VisibilityEntry(id: "x", receiptHandle: "a", seconds: 60)], in: queue)
        }, "{}"
      ),
      (
        "send_message",
        [
          "QueueUrl": queue, "MessageBody": text, "DelaySeconds": 5, "MessageAttributes": theirAttributes,
          "MessageSystemAttributes": ["AWSTraceHeader": ["DataType": "String", "StringValue": trace]],
        ],
        {
          _ = try await $0.send(
            OutgoingMessage(body: text, delay: 5, attributes: attributes, traceHeader: trace), to: queue)
        }, #"{"MessageId":"m"}"#
      ),
      (
        "send_message_batch",
        [
          "QueueUrl": queue,
          "Entries": [
            ["Id": "0", "MessageBody": "b", "MessageGroupId": "g", "MessageDeduplicationId": "d"],
            ["Id": "1", "MessageBody": text, "MessageAttributes": theirAttributes],
          ],
        ],
        {
          _ = try await $0.send(
            [
              (id: "0", message: OutgoingMessage(body: "b", groupID: "g", deduplicationID: "d")),
              (id: "1", message: OutgoingMessage(body: text, attributes: attributes)),
            ], to: queue)
        }, "{}"
      ),
      (
        "get_queue_url", ["QueueName": "jobs", "QueueOwnerAWSAccountId": "123456789012"],
        { _ = try await $0.queueURL(name: "jobs", accountID: "123456789012") }, #"{"QueueUrl":"u"}"#
      ),
      ("get_queue_url", ["QueueName": "jobs"], { _ = try await $0.queueURL(name: "jobs") }, #"{"QueueUrl":"u"}"#),
      (
        "get_queue_attributes", ["QueueUrl": queue, "AttributeNames": ["All"]],
        { _ = try await $0.attributes(of: queue) }, "{}"
      ),
    ]
    for (name, arguments, ours, answer) in calls {
      try await peer.answer(200, answer)
      try await ours(sqs)
      _ = try await peer.boto3(name, arguments)
      let requests = try await peer.recorded()
      try #require(requests.count == 2, "\(name)")
      #expect(requests[0].body == requests[1].body, "\(name)")
      for header in ["x-amz-target", "content-type", "host"] {
        #expect(requests[0].headers[header] == requests[1].headers[header], "\(name): \(header)")
      }
      #expect(requests[0].headers["authorization"]?.hasSuffix("Signature=\(requests[0].signature)") == true, "\(name)")
      #expect(requests[0].headers["x-amz-security-token"] == "token+/==")
    }
  }

  @Test func `the signature holds with a path prefix, as botocore recomputes it from the wire`() async throws {
    let peer = try await recorder()
    let curl = try CurlClient()
    defer { curl.shutdown() }
    try await client(peer, curl: curl, path: "/a%20b//sqs/").delete(receiptHandle: "h", from: Self.queue)
    let request = try #require(try await peer.recorded().first)
    #expect(request.path == "/a%20b//sqs/")
    #expect(request.headers["authorization"]?.hasSuffix("Signature=\(request.signature)") == true)
    #expect(
      request.headers["authorization"]?.contains(
        "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,") == true)
  }

  @Test func `each call asks for credentials and the time anew`() async throws {
    let peer = try await recorder()
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let start = Date(timeIntervalSince1970: 1_767_323_045)
    let calls = Counter()
    let endpoint = try client(peer, curl: curl).endpoint
    let sqs = SQSClient(
      client: curl, endpoint: endpoint, credentials: Numbered(counter: calls),
      clock: CorrectedClock(local: { start.addingTimeInterval(Double(calls.count) * 86_400) }))
    for _ in 0..<2 { try await sqs.delete(receiptHandle: "h", from: Self.queue) }
    let requests = try await peer.recorded()
    #expect(requests.map { $0.headers["x-amz-date"] } == ["20260103T030405Z", "20260104T030405Z"])
    #expect(requests.allSatisfy { $0.headers["authorization"]?.hasSuffix($0.signature) == true })
    #expect(requests.map { $0.headers["authorization"]?.contains("Credential=KEY1/20260103/") } == [true, false])
  }

  @Test func `an answer that is an error becomes one with the call's name`() async throws {
    let peer = try await recorder()
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let sqs = try client(peer, curl: curl)
    let date = "Fri, 02 Jan 2026 03:04:05 GMT"
    for attempt in 1...3 {
      try await peer.answer(
        403, #"{"__type":"com.amazonaws.sqs#RequestThrottled","message":"Slow down"}"#,
        headers: [["x-amzn-RequestId", "r-\(attempt)"], ["Date", date]])
    }
    let error = await failure { _ = try await sqs.receive(from: Self.queue, maximum: 10, wait: 0) }
    #expect(error?.code == .throttling && error?.isThrottling == true && error?.operation == "ReceiveMessage")
    #expect(error?.requestID == "r-3" && error?.dateHeader == date && error?.status == 403)
    for (body, reason) in [("<html>", "neither an object"), (#"{"Messages":[{]}"#, "no member name")] {
      try await peer.answer(200, body)
      let error = await failure { _ = try await sqs.receive(from: Self.queue, maximum: 10, wait: 0) }
      #expect(error?.code == .badAnswer && error?.message.contains(reason) == true && error?.isRetryable == false)
    }
    try await peer.answer(200, #"{"QueueUrl":5}"#)
    let typed = await failure { _ = try await sqs.queueURL(name: "jobs") }
    #expect(
      typed?.description
        == "GetQueueUrl failed: the answer of 14 bytes cannot be read: QueueUrl has the wrong type (HTTP 200)")
  }

  @Test func `no answer is a transport error, and a missing credential never reaches the wire`() async throws {
    let peer = try await recorder()
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let refused = try Endpoint.resolve(
      .sqs, queue: QueueURL(Self.queue), environment: ["AWS_ENDPOINT_URL": "http://127.0.0.1:1"])
    let sqs = SQSClient(
      client: curl, endpoint: refused.endpoint, credentials: Self.credentials, pauses: RecordedPauses().pauses)
    let error = await failure { try await sqs.delete(receiptHandle: "h", from: Self.queue) }
    #expect(error?.code == .transport && error?.transport?.code == .connectionFailed && error?.isRetryable == true)
    let bare = try client(peer, curl: curl, credentials: EnvironmentCredentials(environment: [:]))
    let missing = await failure { try await bare.delete(receiptHandle: "h", from: Self.queue) }
    #expect(missing?.code == .credentials && missing?.operation == "DeleteMessage")
    for (thrown, code) in [(CancellationError(), AWSError.Code.cancelled), (Failing.Reason(), .credentials)]
      as [(any Error, AWSError.Code)]
    {
      let failing = try client(peer, curl: curl, credentials: Failing(error: thrown))
      let error = await failure { try await failing.delete(receiptHandle: "h", from: Self.queue) }
      #expect(error?.code == code && error?.operation == "DeleteMessage")
    }
    #expect(try await peer.recorded().isEmpty)
  }

  @Test func `a batch of none makes no call, one that is too long or has an id twice is refused unsent`() async throws {
    let peer = try await recorder()
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let sqs = try client(peer, curl: curl)
    #expect(try await sqs.delete([], from: Self.queue) == BatchResult())
    let long = (0..<11).map { BatchEntry(id: "\($0)", receiptHandle: "h") }
    let twice = [BatchEntry(id: "0", receiptHandle: "a"), BatchEntry(id: "0", receiptHandle: "b")]
    for entries in [long, twice] {
      let error = await failure { _ = try await sqs.delete(entries, from: Self.queue) }
      #expect(error?.code == .invalidRequest)
    }
    #expect(try await peer.recorded().isEmpty)
  }

  private func failure(_ call: () async throws -> Void) async -> AWSError? {
    do {
      try await call()
      return nil
    } catch {
      #expect(error is AWSError, "\(error)")
      return error as? AWSError
    }
  }
}

/// Counts on any thread.
private final class Counter: Sendable {
  private let number = Locked(0)
  var count: Int { number.withLock { $0 } }
  func add() { number.withLock { $0 += 1 } }
}

/// Another access key each time.
private struct Numbered: CredentialProvider {
  let counter: Counter

  func credentials() async throws -> Credentials {
    counter.add()
    return Credentials(accessKeyID: "KEY\(counter.count)", secretAccessKey: Secret(PythonPeer.secret))
  }
}

/// Has none to give.
private struct Failing: CredentialProvider {
  struct Reason: Error {}

  let error: any Error

  func credentials() async throws -> Credentials { throw error }
}
