import Foundation
import HTTPCore
import TestSupport
import Testing

/// When a failed message comes back. The visibility timeout is five minutes in all of these, so it cannot be the reason.
@Suite(.timeLimit(.minutes(2)))
struct RetryTests {
  /// Delivers one message that fails once, with that answer, and succeeds then.
  private func deliverTwice(
    _ arguments: [String], failure: HTTPResponse = .text(500, ""), decision: String
  ) async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      let count = TestSignal(0)
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in
        count.update { $0 += 1 }
        return count.current == 1 ? failure : .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(service, queue: queue, application: application.url, arguments) { sqsd in
          _ = try await sqsd.line(containing: "message delivered")
          try await service.waitUntilEmpty(queue)
          let line = try await sqsd.line(containing: "message failed")
          #expect(line.contains(#""decision":"\#(decision)""#), "\(line)")
        }
        #expect(application.requests.count == 2)
        #expect(application.header("X-Aws-Sqsd-Receive-Count", of: 1) == "2")
      }
    }
  }

  @Test func `with an error visibility timeout of 0 it comes back at once`() async throws {
    try await deliverTwice(["--error-visibility-timeout", "0"], decision: "release after 0 s")
  }

  @Test func `with a backoff it comes back after a moment that grows with its receives`() async throws {
    try await deliverTwice(["--retry-backoff", "1..2"], decision: "release after 1 s")
  }

  @Test(arguments: [500, 503, 404])
  func `the application chooses with Retry-After, and that wins over the setting`(status: Int) async throws {
    let failure = HTTPResponse(status: status, headers: [("Retry-After", "1")], body: [])
    try await deliverTwice(["--error-visibility-timeout", "43200"], failure: failure, decision: "release after 1 s")
  }

  @Test func `Retry-After may be a date, and one that has passed is now`() async throws {
    try await deliverTwice(
      [],
      failure: HTTPResponse(status: 500, headers: [("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")], body: []),
      decision: "release after 0 s")
  }

  @Test func `a success is a success, whatever it says about retrying`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in
        HTTPResponse(status: 200, headers: [("Retry-After", "1")], body: [])
      }
      try await withApplication(respond) { application in
        try await withSqsd(service, queue: queue, application: application.url) { _ in
          try await service.waitUntilEmpty(queue)
        }
        #expect(application.requests.count == 1)
      }
    }
  }

  @Test func `a message older than the retention period is deleted unposted, with a warning`() async throws {
    let body =
      #"{"Messages":[{"MessageId":"old","ReceiptHandle":"h-old","Body":"hi","Attributes":{"SentTimestamp":"1000"}}]}"#
    let queue = try ScriptedPeer { connection in
      [
        .readRequest, .send(answer(connection == 0 ? body : "{}")), .readRequest, .send(answer("{}")),
        .awaitRequests(99),
      ]
    }
    try await withApplication { application in
      let sqsd = try RunningProgram(
        "sqsd",
        [
          "--queue-url", "\(queue.url)/000000000000/jobs", "--http-url", application.url, "--admin-address", "off",
          "--drain-timeout", "0", "--log-format", "json", "--retention-period", "60",
        ],
        environment: [
          "AWS_ENDPOINT_URL": queue.url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a",
          "AWS_SECRET_ACCESS_KEY": "b",
        ])
      defer { sqsd.stop() }
      let line = try await sqsd.line(containing: "message deleted without being delivered")
      #expect(line.contains(#""message.id":"old""#))
      try await queue.events.wait { $0.requests.contains { $0.text.contains("DeleteMessageBatch") } }
      #expect(queue.record.requests.contains { $0.text.contains("h-old") })
      #expect(application.requests.isEmpty)
    }
  }

  private func answer(_ json: String) -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)"
  }
}
