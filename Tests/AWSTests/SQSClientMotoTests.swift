import Curl
import Foundation
import Testing

@testable import AWS

/// Against moto's SQS, with boto3 as the other client.
@Suite(.timeLimit(.minutes(1))) struct SQSClientMotoTests {
  private func withQueue(
    _ attributes: [String: String] = [:], name: String = UUID().uuidString,
    _ body: (PythonPeer, SQSClient, String) async throws -> Void
  ) async throws {
    let peer = try await PythonPeer.moto.value
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let created = try await peer.boto3("create_queue", ["QueueName": name, "Attributes": attributes])
    let queue = try #require(created["QueueUrl"] as? String)
    let resolution = try Endpoint.resolve(
      .sqs, queue: QueueURL(queue), region: "eu-west-1",
      environment: ["AWS_ENDPOINT_URL": "http://127.0.0.1:\(peer.port)"])
    let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret(PythonPeer.secret))
    try await body(
      peer, SQSClient(client: curl, endpoint: resolution.endpoint, credentials: credentials), queue)
  }

  @Test func `what boto3 sends we receive, with every attribute`() async throws {
    try await withQueue { peer, sqs, queue in
      let text = "{\"a\":\"é/\\u0000\u{1F9AB}\n\"}"
      let sent = try await peer.boto3(
        "send_message",
        [
          "QueueUrl": queue, "MessageBody": text,
          "MessageAttributes": [
            "s": ["DataType": "String.label", "StringValue": "v é"], "n": ["DataType": "Number", "StringValue": "1.5"],
            "b": ["DataType": "Binary", "BinaryValue": ["base64": "AAH/"]],
          ],
          "MessageSystemAttributes": ["AWSTraceHeader": ["DataType": "String", "StringValue": "Root=1-a-b"]],
        ])
      let received = try await sqs.receive(from: queue, maximum: 10, wait: 0)
      #expect(received.refused.isEmpty)
      let message = try #require(received.messages.first)
      #expect(received.messages.count == 1 && message.id == sent["MessageId"] as? String)
      #expect(message.body == Array(text.utf8) && message.md5OfBody != nil)
      #expect(message.receiveCount == 1 && message.traceHeader == "Root=1-a-b")
      let sentAt = try #require(message.sentAt)
      #expect(abs(Double(sentAt) / 1_000 - Date().timeIntervalSince1970) < 60)
      #expect(
        Set(message.attributes) == [
          MessageAttribute(name: "s", dataType: "String.label", value: .string("v é")),
          MessageAttribute(name: "n", dataType: "Number", value: .string("1.5")),
          MessageAttribute(name: "b", dataType: "Binary", value: .binary([0, 1, 255])),
        ])
    }
  }

  @Test func `what we send boto3 receives, hides, shows and we delete`() async throws {
    try await withQueue { peer, sqs, queue in
      let sent = try await sqs.send(
        OutgoingMessage(
          body: "hé\"llo\t/",
          attributes: [
            MessageAttribute(name: "b", dataType: "Binary", value: .binary([9, 8])),
            MessageAttribute(name: "s", dataType: "String", value: .string("v")),
          ]), to: queue)
      let theirs = try await peer.boto3(
        "receive_message", ["QueueUrl": queue, "VisibilityTimeout": 0, "MessageAttributeNames": ["All"]])
      let message = try #require((theirs["Messages"] as? [[String: Any]])?.first)
      #expect(message["MessageId"] as? String == sent.id && message["Body"] as? String == "hé\"llo\t/")
      #expect(
        message["MessageAttributes"] as? NSDictionary == [
          "b": ["DataType": "Binary", "BinaryValue": ["base64": "CQg="]],
          "s": ["DataType": "String", "StringValue": "v"],
        ])
      let ours = try #require(try await sqs.receive(from: queue, maximum: 1, wait: 0).messages.first)
      #expect(ours.receiveCount == 2)
      #expect(try await sqs.receive(from: queue, maximum: 1, wait: 0).messages.isEmpty)
      try await sqs.changeVisibility(receiptHandle: ours.receiptHandle, to: 0, in: queue)
      let again = try #require(try await sqs.receive(from: queue, maximum: 1, wait: 0).messages.first)
      #expect(again.id == ours.id && again.receiptHandle != ours.receiptHandle)
      try await sqs.delete(receiptHandle: again.receiptHandle, from: queue)
      let left = try await sqs.attributes(of: queue)
      #expect(left["ApproximateNumberOfMessages"] == "0" && left["ApproximateNumberOfMessagesNotVisible"] == "0")
      #expect(try QueueURL(queue).region == nil && left["QueueArn"]?.contains(":eu-west-1:") == true)
    }
  }

  @Test func `a batch with one invalid handle fails for that one`() async throws {
    try await withQueue { _, sqs, queue in
      let sent = try await sqs.send(
        (0..<3).map { (id: "m\($0)", message: OutgoingMessage(body: "\($0)")) }, to: queue)
      #expect(sent.successful == ["m0", "m1", "m2"] && sent.failed.isEmpty && Set(sent.messageIDs.values).count == 3)
      var messages: [Message] = []
      while messages.count < 3 { messages += try await sqs.receive(from: queue, maximum: 10, wait: 1).messages }
      #expect(Set(messages.map(\.id)) == Set(sent.messageIDs.values))
      let handles = messages.map(\.receiptHandle)
      let hidden = try await sqs.changeVisibility(
        [
          VisibilityEntry(id: "a", receiptHandle: handles[0], seconds: 60),
          VisibilityEntry(id: "b", receiptHandle: "no-such-handle", seconds: 60),
        ], in: queue)
      #expect(hidden.successful == ["a"] && hidden.failed.map(\.id) == ["b"])
      #expect(hidden.failed.first?.code == .receiptHandleInvalid)
      let deleted = try await sqs.delete(
        [BatchEntry(id: "bad", receiptHandle: "no-such-handle")]
          + handles.enumerated().map { BatchEntry(id: "\($0.offset)", receiptHandle: $0.element) }, from: queue)
      #expect(deleted.successful == ["0", "1", "2"] && deleted.failed.map(\.id) == ["bad"])
    }
  }

  @Test func `a FIFO queue keeps group, order and deduplication`() async throws {
    let attributes = ["FifoQueue": "true", "ContentBasedDeduplication": "false"]
    try await withQueue(attributes, name: "\(UUID().uuidString).fifo") { _, sqs, queue in
      #expect(try QueueURL(queue).isFIFO)
      let first = try await sqs.send(OutgoingMessage(body: "1", groupID: "g", deduplicationID: "d"), to: queue)
      #expect(first.sequenceNumber != nil)
      _ = try await sqs.send(OutgoingMessage(body: "again", groupID: "g", deduplicationID: "d"), to: queue)
      _ = try await sqs.send(OutgoingMessage(body: "2", groupID: "g", deduplicationID: "e"), to: queue)
      let received = try await sqs.receive(from: queue, maximum: 10, wait: 0, attemptID: "attempt-1")
      #expect(received.messages.map(\.body) == [Array("1".utf8), Array("2".utf8)])
      #expect(received.messages.allSatisfy { $0.messageGroupID == "g" })
    }
  }

  @Test func `queues are found by name, and errors say what is wrong`() async throws {
    try await withQueue { _, sqs, queue in
      let found = try await sqs.queueURL(name: QueueURL(queue).name)
      #expect(found == queue)
      await expect(.queueDoesNotExist) { _ = try await sqs.queueURL(name: "none") }
      let missing = queue + "-none"
      await expect(.queueDoesNotExist) { _ = try await sqs.receive(from: missing, maximum: 1, wait: 0) }
      await expect(.queueDoesNotExist) { _ = try await sqs.send(OutgoingMessage(body: "b"), to: missing) }
      await expect(.queueDoesNotExist) { _ = try await sqs.attributes(of: missing) }
      await expect(.receiptHandleInvalid) { try await sqs.changeVisibility(receiptHandle: "x", to: 1, in: queue) }
    }
  }

  private func expect(
    _ code: AWSError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ call: () async throws -> Void
  ) async {
    do {
      try await call()
      Issue.record("no error", sourceLocation: sourceLocation)
    } catch {
      #expect((error as? AWSError)?.code == code, "\(error)", sourceLocation: sourceLocation)
    }
  }
}
