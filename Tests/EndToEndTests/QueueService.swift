import Foundation
import TestSupport
import Testing

/// An SQS for a test: ours or moto's, with boto3 beside it.
struct QueueService: Sendable {
  enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case localSQS = "local-sqs"
    case moto

    var testDescription: String { rawValue }
  }

  let endpoint: String
  let boto3: Boto3

  /// What sqsd and the tools need to reach it.
  var environment: [String: String] {
    [
      "AWS_ENDPOINT_URL_SQS": endpoint, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
      "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
      "AWS_CONFIG_FILE": "/dev/null", "AWS_PAGER": "",
    ]
  }

  /// Makes a queue, a FIFO one if its name says so, with a dead-letter queue `NAME-dlq` if there is a receive count.
  /// Returns its URL.
  func makeQueue(_ name: String = "jobs", maxReceiveCount: Int? = nil) async throws -> String {
    let isFIFO = name.hasSuffix(".fifo")
    var attributes: [String: String] = isFIFO ? ["FifoQueue": "true"] : [:]
    if let maxReceiveCount {
      let deadLetterName = isFIFO ? name.replacing(".fifo", with: "-dlq.fifo") : "\(name)-dlq"
      let deadLetters = try await url(
        of: boto3.call("create_queue", ["QueueName": deadLetterName, "Attributes": attributes]))
      let arn = try await boto3.call(
        "get_queue_attributes", ["QueueUrl": deadLetters, "AttributeNames": ["QueueArn"]])
      let target = arn.strings("Attributes")["QueueArn"] ?? ""
      attributes["RedrivePolicy"] = #"{"deadLetterTargetArn":"\#(target)","maxReceiveCount":"\#(maxReceiveCount)"}"#
    }
    return try await url(of: boto3.call("create_queue", ["QueueName": name, "Attributes": attributes]))
  }

  private func url(of answer: Boto3.Answer) throws -> String {
    guard let url = answer.string("QueueUrl") else { throw Boto3.Failed(description: "no QueueUrl") }
    return url
  }

  func send(
    _ body: String, to queue: String, attributes: [String: [String: Any]] = [:], group: String? = nil
  ) async throws {
    var message: [String: Any] = ["QueueUrl": queue, "MessageBody": body, "MessageAttributes": attributes]
    if let group { message["MessageGroupId"] = group }
    // Bodies repeat in tests; the content must not make one message of two.
    if let group, queue.hasSuffix(".fifo") { message["MessageDeduplicationId"] = "\(group)-\(UUID().uuidString)" }
    try await boto3.call("send_message", message)
  }

  /// How many messages of a queue are visible, and how many are hidden.
  func depth(of queue: String) async throws -> (visible: Int, hidden: Int) {
    let answer = try await boto3.call("get_queue_attributes", ["QueueUrl": queue, "AttributeNames": ["All"]])
    let attributes = answer.strings("Attributes")
    func number(_ name: String) -> Int { Int(attributes[name] ?? "") ?? -1 }
    return (number("ApproximateNumberOfMessages"), number("ApproximateNumberOfMessagesNotVisible"))
  }

  /// Returns once a queue has nothing visible and nothing hidden; the suite's time limit ends a wait in vain.
  func waitUntilEmpty(_ queue: String) async throws {
    while try await depth(of: queue) != (0, 0) {
      // A queue does not announce its depth: asking again is the only way.
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// local-sqs's own count of calls and messages.
  func stats() async throws -> Stats {
    let port = Int(endpoint.split(separator: ":").last ?? "") ?? 0
    let client = try RawClient(port: port)
    try await client.send("GET /stats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    let answer = try await client.receiveAnswer()
    client.close()
    return try JSONDecoder().decode(Stats.self, from: Data(answer.body))
  }

  struct Stats: Decodable {
    struct Queue: Decodable {
      let visible: Int
      let inFlight: Int
      let peakInFlight: Int
      let received: Int
      let deleted: Int
    }
    let calls: [String: Int]
    let queues: [String: Queue]
  }
}

/// Runs a queue service for the length of a test.
func withQueueService<Value>(
  _ kind: QueueService.Kind = .localSQS, _ arguments: [String] = [], body: (QueueService) async throws -> Value
) async throws -> Value {
  switch kind {
  case .localSQS:
    let program = try RunningProgram("local-sqs", ["--address", "127.0.0.1:0", "--log-format", "text"] + arguments)
    defer { program.stop() }
    return try await withBoto3(endpoint: "http://" + (try await program.listeningAddress()), body)
  case .moto:
    let moto = try await MotoServer.start()
    defer { moto.stop() }
    return try await withBoto3(endpoint: moto.endpoint, body)
  }
}

private func withBoto3<Value>(
  endpoint: String, _ body: (QueueService) async throws -> Value
) async throws -> Value {
  let boto3 = try Boto3(endpoint: endpoint)
  defer { boto3.stop() }
  return try await body(QueueService(endpoint: endpoint, boto3: boto3))
}

extension RunningProgram {
  /// The address after `address=` in the line that says that it listens.
  func listeningAddress() async throws -> String {
    let line = try await line { $0.contains("listen") && $0.contains("address=") }
    let rest = line[(line.range(of: "address=")?.upperBound ?? line.endIndex)...]
    return String(rest.prefix { !$0.isWhitespace })
  }
}
