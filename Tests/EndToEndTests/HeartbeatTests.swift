import Foundation
import HTTPCore
import TestSupport
import Testing

/// Messages stay hidden for as long as they are in our hands, however short the visibility timeout.
@Suite(.timeLimit(.minutes(2)))
struct HeartbeatTests {
  private let second = ["--visibility-timeout", "1", "--inactivity-timeout", "60"]

  /// Returns once SQS has been told that many times to hide messages for longer.
  private func extensions(_ count: Int, _ service: QueueService) async throws {
    while try await service.stats().calls["ChangeMessageVisibilityBatch", default: 0] < count {
      // local-sqs does not announce its calls: asking again is the only way.
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  @Test func `a job of several visibility timeouts runs once and is deleted in time`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("long", to: queue)
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in
        try? await extensions(5, service)
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(service, queue: queue, application: application.url, second) { sqsd in
          _ = try await sqsd.line(containing: "message delivered")
          try await service.waitUntilEmpty(queue)
          #expect(!sqsd.events.current.lines.contains { $0.contains("deleted late") })
        }
        #expect(application.requests.count == 1)
      }
      let jobs = try #require(try await service.stats().queues["jobs"])
      #expect(jobs.received == 1)
      #expect(jobs.deleted == 1)
    }
  }

  @Test func `without the heartbeat the same job is delivered again while it runs, and its late delete is said`()
    async throws
  {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("long", to: queue)
      let arrived = TestSignal(0)
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in
        arrived.update { $0 += 1 }
        _ = try? await arrived.wait { $0 >= 2 }
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(
          service, queue: queue, application: application.url, second + ["--heartbeat", "off"]
        ) { sqsd in
          _ = try await sqsd.line(containing: "message deleted late")
          #expect(try await service.stats().calls["ChangeMessageVisibilityBatch"] == nil)
        }
        #expect(application.requests.count >= 2)
      }
    }
  }

  @Test func `messages of a FIFO group that wait for their turn stay hidden too`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue("jobs.fifo")
      let respond = { @Sendable (request: HTTPRequest) async -> HTTPResponse in
        if request.body == Array("1".utf8) { try? await extensions(4, service) }
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(service, queue: queue, application: application.url, second) { sqsd in
          // For the first second, one visibility timeout, it receives one at a time; then, after a good one, all that come.
          try await Task.sleep(for: .milliseconds(1100))
          try await service.send("0", to: queue, group: "b")
          _ = try await sqsd.line(containing: "message delivered")
          try await service.waitUntilEmpty(queue)
          let entries = (1...3).map {
            ["Id": "\($0)", "MessageBody": "\($0)", "MessageGroupId": "a", "MessageDeduplicationId": "a\($0)"]
          }
          try await service.boto3.call("send_message_batch", ["QueueUrl": queue, "Entries": entries])
          try await service.waitUntilEmpty(queue)
        }
        #expect(application.requests.map { String(decoding: $0.body, as: UTF8.self) } == ["0", "1", "2", "3"])
      }
      let jobs = try #require(try await service.stats().queues["jobs.fifo"])
      #expect(jobs.peakInFlight == 3)
      #expect(jobs.received == 4)
      #expect(jobs.deleted == 4)
    }
  }
}
