import Testing
import TestSupport

@testable import LocalSQS

/// The shell around the queues: waiting receives, cancellation, shutdown. The time is the test's.
@Suite(.timeLimit(.minutes(1))) struct QueueHostTests {
  private let host: QueueHost
  private let start = Timestamp(seconds: 1000)

  init() throws {
    var store = QueueStore(seed: 1)
    try store.create("jobs", attributes: ["ReceiveMessageWaitTimeSeconds": "20"], now: start)
    let start = start
    host = QueueHost(store: store) { start }
  }

  private func send(_ body: String) throws {
    _ = try host.perform { (store: inout QueueStore, now) throws(SQSError) in
      try store.update("jobs") { (queue: inout Queue) throws(SQSError) in
        try queue.send(OutgoingMessage(body: body), now: now)
      }
    }
  }

  private func untilWaiting(_ count: Int) async {
    while host.waitingCount != count { await Task.yield() }
  }

  @Test func `those who wait are served in the order in which they came`() async throws {
    let host = host
    async let first = host.receive(ReceiveRequest(), from: "jobs", wait: 20)
    await untilWaiting(1)
    async let second = host.receive(ReceiveRequest(), from: "jobs", wait: nil)
    await untilWaiting(2)
    try send("1")
    try send("2")
    #expect(try await first.map(\.message.content.body) == ["1"])
    #expect(try await second.map(\.message.content.body) == ["2"])
    #expect(host.stats.queues["jobs"]?.emptyReceives == 0)
  }

  @Test func `a cancelled wait ends empty and takes no message`() async throws {
    let host = host
    let waiting = Task { try await host.receive(ReceiveRequest(), from: "jobs", wait: 20) }
    await untilWaiting(1)
    waiting.cancel()
    #expect(try await waiting.value.isEmpty)
    try send("b")
    #expect(host.stats.queues["jobs"]?.visible == 1)
    #expect(host.waitingCount == 0)
  }

  @Test func `a receive that is cancelled before it begins does not wait`() async throws {
    let host = host
    let cancelled = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await host.receive(ReceiveRequest(), from: "jobs", wait: 20)
    }
    cancelled.cancel()
    #expect(try await cancelled.value.isEmpty)
  }

  @Test func `closing ends all waits, and nobody waits afterwards`() async throws {
    let host = host
    async let waiting = host.receive(ReceiveRequest(), from: "jobs", wait: 20)
    await untilWaiting(1)
    host.close()
    #expect(try await waiting.isEmpty)
    #expect(try await host.receive(ReceiveRequest(), from: "jobs", wait: 20).isEmpty)
  }

  @Test func `the doorbell keeps a ring for the next sleeper`() async {
    let doorbell = Doorbell()
    doorbell.ring()
    await doorbell.sleep(for: nil)
    await doorbell.sleep(for: .milliseconds(1))
    async let sleeper: Void = doorbell.sleep(for: nil)
    doorbell.ring()
    await sleeper
  }
}
