import AWS
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct SettlerTests {
  private let log = CapturedLog()

  private func settlement(_ handle: String, visibleFor: Duration = .seconds(300)) -> Settlement {
    Settlement(
      messageID: "m-\(handle)", receiptHandle: handle, action: .delete,
      deadline: ContinuousClock.now.advanced(by: visibleFor))
  }

  /// Runs a settler until the body returns, then shuts it down gracefully and waits for its end.
  private func withSettler(
    _ queue: ScriptedQueue, limit: Int = 100, _ body: @escaping @Sendable (Settler) async throws -> Void
  ) async throws {
    let settler = Settler(queue: queue, limit: limit, logger: log.logger)
    let group = ServiceGroup(configuration: .init(services: [.init(service: settler)], logger: log.logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      try await body(settler)
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  @Test func `ten settlements are one call, without waiting`() async throws {
    let queue = ScriptedQueue()
    try await withSettler(queue) { settler in
      for index in 0..<10 { await settler.settle(settlement("h\(index)")) }
      try await queue.events.wait { $0.deletes.count == 1 }
    }
    #expect(queue.events.current.deletes == [(0..<10).map { "h\($0)" }])
  }

  @Test func `what is pending at shutdown is flushed`() async throws {
    let queue = ScriptedQueue()
    try await withSettler(queue) { settler in
      await settler.settle(settlement("a"))
      await settler.settle(
        Settlement(
          messageID: "m", receiptHandle: "b", action: .changeVisibility(.seconds(60)), deadline: .now + .seconds(9)))
    }
    #expect(queue.events.current.deletes == [["a"]])
    #expect(queue.events.current.changes == [["b 60"]])
  }

  @Test func `only the failed entries of a batch are sent again`() async throws {
    let queue = ScriptedQueue(onSettle: { call in call == 1 ? .failing(["h3", "h7"], senderFault: false) : .success })
    try await withSettler(queue) { settler in
      for index in 0..<10 { await settler.settle(settlement("h\(index)")) }
      try await queue.events.wait { $0.deletes.count == 2 }
    }
    #expect(queue.events.current.deletes.last == ["h3", "h7"])
    #expect(log.messages(at: .error).isEmpty)
  }

  @Test func `a call that fails as a whole is repeated, also while shutting down`() async throws {
    let queue = ScriptedQueue(onSettle: { call in call <= 2 ? .failingCall : .success })
    try await withSettler(queue) { settler in await settler.settle(settlement("a")) }
    #expect(queue.events.current.deletes == [["a"], ["a"], ["a"]])
  }

  @Test func `what the request is at fault for is not repeated, and said`() async throws {
    let queue = ScriptedQueue(onSettle: { _ in .failing(["a"], senderFault: true) })
    try await withSettler(queue) { settler in await settler.settle(settlement("a")) }
    #expect(queue.events.current.deletes == [["a"]])
    #expect(log.messages(at: .error) == ["message not deleted, it will be delivered again"])
  }

  @Test func `a delete is given up when the message's time is over, and said`() async throws {
    let queue = ScriptedQueue(onSettle: { _ in .failingCall })
    let log = log
    try await withSettler(queue) { settler in
      await settler.settle(settlement("a", visibleFor: .milliseconds(20)))
      try await log.events.wait { $0.contains { $0.level == .error } }
    }
    #expect(log.messages(at: .error) == ["message not deleted, it will be delivered again"])
  }

  @Test func `deliveries do not wait for room any more once the limit is lifted`() async throws {
    let queue = GatedQueue(TestSignal(false))
    let settled = TestSignal(0)
    let settler = Settler(queue: queue, limit: 1, logger: log.logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        for index in 0..<5 {
          await settler.settle(settlement("h\(index)"))
          settled.update { $0 += 1 }
        }
      }
      try await settled.wait { $0 == 1 }
      await settler.liftLimit()
      try await settled.wait { $0 == 5 }
    }
  }

  @Test func `deliveries wait when too many settlements are pending, and go on when there is room`() async throws {
    let isOpen = TestSignal(false)
    let queue = GatedQueue(isOpen)
    let settled = TestSignal(0)
    let settler = Settler(queue: queue, limit: 10, logger: log.logger)
    let group = ServiceGroup(configuration: .init(services: [.init(service: settler)], logger: log.logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      tasks.addTask {
        for index in 0..<25 {
          await settler.settle(settlement("h\(index)"))
          settled.update { $0 += 1 }
        }
      }
      try await queue.calls.wait { $0 == 1 }
      try await settled.wait { $0 >= 10 }
      #expect(settled.current == 10)
      isOpen.update { $0 = true }
      try await settled.wait { $0 == 25 }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }
}

/// Its deletes take until a gate opens.
private struct GatedQueue: MessageQueue {
  let isOpen: TestSignal<Bool>
  let calls = TestSignal(0)

  init(_ isOpen: TestSignal<Bool>) {
    self.isOpen = isOpen
  }

  func receive(maximum: Int, wait: Int, visibilityTimeout: Int) async throws -> ReceivedMessages { .init() }

  func delete(_ receiptHandles: [String]) async throws -> BatchResult {
    calls.update { $0 += 1 }
    try await isOpen.wait { $0 }
    return BatchResult(successful: receiptHandles.indices.map { "\($0)" })
  }

  func changeVisibility(_ changes: [(receiptHandle: String, seconds: Int)]) async throws -> BatchResult { .init() }
}
