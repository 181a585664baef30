import HTTPCore
import Synchronization
import TestSupport
import Testing

/// What is counted under load: jobs at once, calls to SQS, messages held.
@Suite(.serialized, .timeLimit(.minutes(4)))
struct LoadTests {
  @Test func `200 jobs of a second with 50 connections: 50 at once are seen, never 51`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.boto3.call("fill", ["QueueUrl": queue, "Count": 200])
      let arrived = TestSignal(0)
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in
        arrived.update { $0 += 1 }
        // The first ones wait for each other, so that a slow start cannot hide that fifty run at once.
        _ = try? await arrived.wait { $0 >= 50 }
        // The job itself: this is the second it takes.
        try? await Task.sleep(for: .seconds(1))
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(service, queue: queue, application: application.url) { _ in
          try await application.events.wait { $0.answered == 200 }
          try await service.waitUntilEmpty(queue)
        }
        #expect(application.events.current.peak == 50)
        #expect(Set(application.requests.map(\.body)).count == 200)
      }
    }
  }

  @Test func `a backlog of 10,000 costs at most 0.22 calls a message, and never more than 50 unanswered are held`()
    async throws
  {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.boto3.call("fill", ["QueueUrl": queue, "Count": 10_000])
      let before = try await service.stats()
      let mayAnswer = TestSignal(false)
      let held = TestSignal<[Int]>([])
      let answered = TestSignal(0)
      let arrived = Counter()
      let respond = { @Sendable (request: HTTPRequest) async -> HTTPResponse in
        _ = try? await mayAnswer.wait { $0 }
        if arrived.next() % 97 == 0, let queue = try? await service.stats().queues["jobs"] {
          // Received before, answered after: the difference can only be smaller than what is really held.
          held.update { $0.append(queue.received - answered.current) }
        }
        answered.update { $0 += 1 }
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(service, queue: queue, application: application.url) { _ in
          // While nothing is answered, what is in flight at SQS is exactly what is held.
          try await application.events.wait { $0.running == 50 }
          #expect(try await service.stats().queues["jobs"]?.peakInFlight == 50)
          mayAnswer.update { $0 = true }
          try await application.events.wait { $0.answered == 10_000 }
          try await service.waitUntilEmpty(queue)
        }
        #expect(application.events.current.peak == 50)
        #expect(application.requests.count == 10_000)
      }
      let after = try await service.stats()
      let jobs = try #require(after.queues["jobs"])
      #expect(jobs.deleted == 10_000)
      #expect(held.current.count > 20)
      #expect((held.current.max() ?? 0) <= 50)
      // Answered and not yet deleted: as many more at most.
      #expect(jobs.peakInFlight <= 100)
      // All that sqsd may call (and so all that its role must allow); the others are this test's own.
      let own = ["CreateQueue", "SendMessageBatch", "GetQueueAttributes"]
      let bySqsd = after.calls.filter { !own.contains($0.key) }
      #expect(bySqsd.keys.allSatisfy { ["ReceiveMessage", "DeleteMessageBatch"].contains($0) })
      let calls = bySqsd.reduce(0) { $0 + $1.value - (before.calls[$1.key] ?? 0) }
      #expect(Double(calls) / 10_000 <= 0.22, "\(calls) calls")
    }
  }
}

/// Numbers in a row, for whoever asks.
private final class Counter: Sendable {
  private let value = Atomic(0)

  func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}
