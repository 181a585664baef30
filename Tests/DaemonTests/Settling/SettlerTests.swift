import AWS
import Logging
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct SettlerTests {
  private let log = CapturedLog()
  private let counters = Counters()

  private func settler(_ queue: ScriptedQueue, limit: Int = 100) -> Settler {
    Settler(queue: queue, limit: limit, counters: counters, logger: log.logger)
  }

  /// Runs a settler until the body returns, then shuts it down gracefully and waits for its end.
  private func withSettler(
    _ queue: ScriptedQueue, limit: Int = 100, _ body: (Settler) async throws -> Void
  ) async throws {
    let settler = settler(queue, limit: limit)
    try await withServices([settler]) { try await body(settler) }
  }

  @Test func `ten settlements are one call, without waiting`() async throws {
    let queue = ScriptedQueue()
    try await withSettler(queue) { settler in
      for index in 0..<10 { await settler.settle(.sample("h\(index)")) }
      try await queue.events.wait { $0.deletes.count == 1 }
    }
    #expect(queue.events.current.deletes == [(0..<10).map { "h\($0)" }])
    #expect(counters.values.deleted == 10)
  }

  @Test func `what is pending at shutdown is flushed`() async throws {
    let queue = ScriptedQueue()
    try await withSettler(queue) { settler in
      await settler.settle(.sample("a"))
      await settler.settle(.sample("b", .changeVisibility(.seconds(60))))
    }
    #expect(queue.events.current.deletes == [["a"]])
    #expect(queue.events.current.changes == [["b 60"]])
  }

  @Test func `only the failed entries of a batch are sent again`() async throws {
    let queue = ScriptedQueue(onSettle: { call in call == 1 ? .failing(["h3", "h7"], senderFault: false) : .success })
    try await withSettler(queue) { settler in
      for index in 0..<10 { await settler.settle(.sample("h\(index)")) }
      try await queue.events.wait { $0.deletes.count == 2 }
    }
    #expect(queue.events.current.deletes.last == ["h3", "h7"])
    #expect(log.messages(at: .error).isEmpty)
    #expect(log.messages(at: .warning) == ["settling failed, trying again"])
    #expect(counters.values == Counters.Values(deleted: 10))
  }

  @Test func `a call that fails as a whole is repeated, also while shutting down`() async throws {
    let queue = ScriptedQueue(onSettle: { call in call <= 2 ? .failingCall : .success })
    try await withSettler(queue) { settler in await settler.settle(.sample("a")) }
    #expect(queue.events.current.deletes == [["a"], ["a"], ["a"]])
  }

  @Test func `what the request is at fault for is not repeated, said, counted, and told to who handed it over`()
    async throws
  {
    let queue = ScriptedQueue(onSettle: { _ in .failing(["a"], senderFault: true) })
    let ends = TestSignal<[Settlement.End]>([])
    try await withSettler(queue) { settler in await settler.settle(.sample("a", ends: ends)) }
    #expect(queue.events.current.deletes == [["a"]])
    #expect(log.messages(at: .error) == ["message not deleted, it will be delivered again"])
    #expect(ends.current == [.givenUp])
    #expect(counters.values == Counters.Values(lostDeletes: 1))
  }

  @Test func `a delete is given up when the message's time is over, and said`() async throws {
    let queue = ScriptedQueue(onSettle: { _ in .failingCall })
    try await withSettler(queue) { settler in
      await settler.settle(.sample("a", deadline: .milliseconds(20)))
      try await log.events.wait { $0.contains { $0.level == .error } }
    }
    #expect(log.messages(at: .error) == ["message not deleted, it will be delivered again"])
    #expect(counters.values.lostDeletes == 1)
  }

  @Test func `a visibility change that SQS does not take is a warning`() async throws {
    let queue = ScriptedQueue(onSettle: { _ in .failing(["a"], senderFault: true) })
    try await withSettler(queue) { settler in await settler.settle(.sample("a", .changeVisibility(.zero))) }
    #expect(
      log.messages(at: .warning) == ["visibility not changed, the message comes back after its visibility timeout"])
    #expect(counters.values == Counters.Values())
  }

  @Test func `a delete after the visibility has run out is counted and said`() async throws {
    let queue = ScriptedQueue()
    try await withSettler(queue) { settler in
      await settler.settle(.sample("late", hiddenFor: .milliseconds(-1)))
      await settler.settle(.sample("change", .changeVisibility(.zero), hiddenFor: .milliseconds(-1)))
      await settler.settle(.sample("good"))
    }
    #expect(counters.values == Counters.Values(deleted: 2, lateDeletes: 1))
    #expect(
      log.events.current.filter { $0.level == .warning }.map { $0.metadata["message.id"]?.description } == ["m-late"])
  }

  @Test func `a message that the heartbeat kept hidden is not late`() async throws {
    let isOpen = TestSignal(false)
    let queue = ScriptedQueue(onSettle: { _ in .hanging(isOpen) })
    let hiddenUntil = TestSignal(ContinuousClock.now)
    try await withSettler(queue) { settler in
      var settlement = Settlement.sample("a")
      settlement.hiddenUntil = { hiddenUntil.current }
      await settler.settle(settlement)
      try await queue.events.wait { $0.deletes.count == 1 }
      hiddenUntil.update { $0 = .now + .seconds(60) }
      isOpen.update { $0 = true }
    }
    #expect(counters.values == Counters.Values(deleted: 1))
  }

  @Test func `deliveries do not wait for room any more once the limit is lifted`() async throws {
    let settled = TestSignal(0)
    let settler = settler(ScriptedQueue(), limit: 1)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        for index in 0..<5 {
          await settler.settle(.sample("h\(index)"))
          settled.update { $0 += 1 }
        }
      }
      try await settled.wait { $0 == 1 }
      settler.liftLimit()
      try await settled.wait { $0 == 5 }
    }
  }

  @Test func `deliveries wait when too many settlements are pending, and go on when there is room`() async throws {
    let isOpen = TestSignal(false)
    let queue = ScriptedQueue(onSettle: { _ in .hanging(isOpen) })
    let settled = TestSignal(0)
    try await withSettler(queue, limit: 10) { settler in
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
          for index in 0..<25 {
            await settler.settle(.sample("h\(index)"))
            settled.update { $0 += 1 }
          }
        }
        try await queue.events.wait { $0.deletes.count == 1 }
        try await settled.wait { $0 >= 10 }
        #expect(settled.current == 10)
        isOpen.update { $0 = true }
        try await settled.wait { $0 == 25 }
      }
    }
  }

  @Test func `an entry that sticks does not keep the room of those that were taken beside it`() async throws {
    let queue = ScriptedQueue(onSettle: { _ in .failing(["h0"], senderFault: false) })
    let settled = TestSignal(0)
    try await withSettler(queue, limit: 10) { settler in
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
          for index in 0..<28 {
            await settler.settle(.sample("h\(index)"))
            settled.update { $0 += 1 }
          }
        }
        try await settled.wait { $0 == 28 }
      }
    }
    // The flush gives it up.
    #expect(counters.values == Counters.Values(deleted: 27, lostDeletes: 1))
  }
}

extension Settlement {
  /// Of a message whose visibility runs out in five minutes.
  static func sample(
    _ handle: String, _ action: Action = .delete, deadline: Duration = .seconds(300),
    hiddenFor: Duration = .seconds(300), ends: TestSignal<[End]>? = nil
  ) -> Settlement {
    let now = ContinuousClock.now
    return Settlement(
      messageID: "m-\(handle)", receiptHandle: handle, action: action, deadline: now.advanced(by: deadline),
      hiddenUntil: { now.advanced(by: hiddenFor) }, onEnd: { end in ends?.update { $0.append(end) } })
  }
}
