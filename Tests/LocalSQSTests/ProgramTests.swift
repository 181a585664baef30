import Foundation
import Glibc
import TestSupport
import Testing

@testable import LocalSQS

/// The built program, as a process.
@Suite(.timeLimit(.minutes(1))) struct ProgramTests {
  @Test func `the AWS command line sends and receives`() async throws {
    let running = try await RunningLocalSQS.start(["--queue", "jobs"])
    defer { running.program.stop() }
    func aws(_ arguments: String...) async throws -> String {
      let (status, text) = try await Program.python(
        ["-m", "awscli", "--endpoint-url", running.endpoint, "--output", "text", "sqs"] + arguments)
      #expect(status == 0, "\(text)")
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let url = try await aws("get-queue-url", "--queue-name", "jobs", "--query", "QueueUrl")
    #expect(url == "\(running.endpoint)/000000000000/jobs")
    _ = try await aws(
      "send-message", "--queue-url", url, "--message-body", "hello", "--message-attributes",
      #"{"n":{"DataType":"Number","StringValue":"42.5"}}"#)
    let received = try await aws(
      "receive-message", "--queue-url", url, "--message-attribute-names", "All", "--query",
      "Messages[0].[Body,MessageAttributes.n.StringValue]")
    #expect(received.split(whereSeparator: \.isWhitespace) == ["hello", "42.5"])
  }

  @Test func `a signal ends long polls, prints the summary and exits with 0`() async throws {
    let running = try await RunningLocalSQS.start(["--queue", "jobs", "--log-format", "text"])
    defer { running.program.stop() }
    let client = try RawClient(port: running.port)
    let body = #"{"QueueUrl":"x/jobs","WaitTimeSeconds":20}"#
    try await client.send(
      "POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        + body)
    try await awaitCalls(1, running)
    let start = ContinuousClock.now
    running.program.signal(SIGTERM)
    let answer = try await client.receiveAnswer()
    #expect(answer.status == 200)
    #expect(answer.text == "{}")
    let (status, text) = try await running.program.end()
    #expect(status == 0)
    #expect(ContinuousClock.now - start < .seconds(10), "far below the twenty seconds of the poll")
    #expect(text.contains("for development only"))
    #expect(text.contains("calls: ReceiveMessage 1"))
  }

  @Test func `a client that hangs up takes no message with it`() async throws {
    let running = try await RunningLocalSQS.start(["--queue", "jobs"])
    defer { running.program.stop() }
    let client = try RawClient(port: running.port)
    let receive = #"{"QueueUrl":"x/jobs","WaitTimeSeconds":20}"#
    try await client.send(request("ReceiveMessage", receive))
    try await awaitCalls(1, running)
    client.reset()
    // A reset connection is noticed at once, but by another thread: its empty receive is counted when that is done.
    while try await stats(running).queues["jobs"]?.emptyReceives != 1 { await Task.yield() }
    let other = try RawClient(port: running.port)
    try await other.send(request("SendMessage", #"{"QueueUrl":"x/jobs","MessageBody":"b"}"#))
    #expect(try await other.receiveAnswer().status == 200)
    try await other.send(request("ReceiveMessage", receive))
    #expect(try await other.receiveAnswer().text.contains(#""Body":"b""#))
  }

  @Test func `health asks the address that is given`() async throws {
    let running = try await RunningLocalSQS.start()
    defer { running.program.stop() }
    let address = String(running.endpoint.dropFirst("http://".count))
    let healthy = try Program(try RunningLocalSQS.executable(), ["health", "--address", address])
    #expect(try await healthy.end().status == 0)
    running.program.signal(SIGINT)
    #expect(try await running.program.end().status == 0)
    let gone = try Program(try RunningLocalSQS.executable(), ["health", "--address", address])
    #expect(try await gone.end().status == 1)
  }

  @Test func `queues named by flags are there, with dead letters`() async throws {
    let running = try await RunningLocalSQS.start([
      "--queue", "jobs", "--queue", "more", "--dead-letter", "jobs-dlq", "--max-receive-count", "5",
      "--visibility-timeout", "7",
    ])
    defer { running.program.stop() }
    #expect(try await stats(running).queues.keys.sorted() == ["jobs", "jobs-dlq", "more"])
    let client = try RawClient(port: running.port)
    try await client.send(request("GetQueueAttributes", #"{"QueueUrl":"x/more","AttributeNames":["All"]}"#))
    let text = try await client.receiveAnswer().text
    #expect(text.contains(#""VisibilityTimeout":"7""#))
    #expect(
      text.contains(#"\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:jobs-dlq\",\"maxReceiveCount\":5"#))
  }

  @Test(arguments: [
    ["--queue", "a b"], ["--queue", "jobs.fifo", "--dead-letter", "dlq"], ["--dead-letter", "dlq"], ["--queu", "x"],
  ])
  func `a wrong command line ends with 64 and a reason`(arguments: [String]) async throws {
    let (status, text) = try await Program(
      try RunningLocalSQS.executable(), ["--address", "127.0.0.1:0"] + arguments
    ).end()
    #expect(status == 64)
    #expect(text.contains("local-sqs: "))
    #expect(text.contains(arguments[1]) || text.contains("did you mean"))
  }

  private struct Seen: Decodable {
    struct Queue: Decodable { let emptyReceives: Int }
    let calls: [String: Int]
    let queues: [String: Queue]
  }

  private func request(_ action: String, _ body: String) -> String {
    "POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: AmazonSQS.\(action)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
      + body
  }

  private func stats(_ running: RunningLocalSQS) async throws -> Seen {
    let client = try RawClient(port: running.port)
    try await client.send("GET /stats HTTP/1.1\r\nHost: h\r\n\r\n")
    return try JSONDecoder().decode(Seen.self, from: Data(try await client.receiveAnswer().body))
  }

  private func awaitCalls(_ count: Int, _ running: RunningLocalSQS) async throws {
    while try await stats(running).calls["ReceiveMessage"] != count { await Task.yield() }
  }
}
