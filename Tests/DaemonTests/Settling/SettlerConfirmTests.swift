import AWS
import Logging
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct SettlerConfirmTests {
  private let log = CapturedLog()

  @Test func `a confirmed delete does not wait for a batch to fill, and says that it is done`() async throws {
    let queue = ScriptedQueue()
    let settler = Settler(queue: queue, limit: 100, logger: log.logger)
    let ends = TestSignal<[Settlement.End]>([])
    try await withServices([settler]) {
      #expect(await settler.confirm(.sample("a", ends: ends)) == .done)
      // Known before it returned.
      #expect(queue.events.current.deletes == [["a"]])
      #expect(ends.current == [.done])
    }
  }

  @Test func `a confirmed delete overtakes what waits for a batch to fill`() async throws {
    let queue = ScriptedQueue()
    let settler = Settler(queue: queue, limit: 100, logger: log.logger)
    try await withServices([settler]) {
      await settler.settle(.sample("a", .changeVisibility(.zero)))
      #expect(await settler.confirm(.sample("b")) == .done)
      try await queue.events.wait { $0.settlements.count == 2 }
    }
    #expect(queue.events.current.settlements == [["b"], ["a"]])
  }

  @Test func `what SQS does not take is given up`() async throws {
    let queue = ScriptedQueue(onSettle: { _ in .failing(["a"], senderFault: true) })
    let settler = Settler(queue: queue, limit: 100, logger: log.logger)
    try await withServices([settler]) { #expect(await settler.confirm(.sample("a")) == .givenUp) }
  }

  @Test func `a failed attempt is not the end of it`() async throws {
    let queue = ScriptedQueue(onSettle: { call in call == 1 ? .failingCall : .success })
    let settler = Settler(queue: queue, limit: 100, logger: log.logger)
    try await withServices([settler]) { #expect(await settler.confirm(.sample("a")) == .done) }
    #expect(queue.events.current.deletes == [["a"], ["a"]])
  }

  @Test func `it waits for room like any other, and says when it has it`() async throws {
    let isOpen = TestSignal(false)
    let queue = ScriptedQueue(onSettle: { _ in .hanging(isOpen) })
    let settler = Settler(queue: queue, limit: 2, logger: log.logger)
    let ends = TestSignal<[Settlement.End]>([])
    let taken = TestSignal(0)
    try await withServices([settler]) {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        for index in 0..<5 {
          tasks.addTask {
            let end = await settler.confirm(.sample("c\(index)")) { taken.update { $0 += 1 } }
            ends.update { $0.append(end) }
          }
        }
        try await queue.events.wait { $0.deletes.flatMap(\.self).count == 2 }
        #expect(taken.current == 2)
        isOpen.update { $0 = true }
        try await tasks.waitForAll()
      }
    }
    #expect(taken.current == 5)
    #expect(ends.current == Array(repeating: .done, count: 5))
  }

  @Test func `a cancelled task does not wait, and the settlement goes on`() async throws {
    let isOpen = TestSignal(false)
    let queue = ScriptedQueue(onSettle: { _ in .hanging(isOpen) })
    let settler = Settler(queue: queue, limit: 100, logger: log.logger)
    let ends = TestSignal<[Settlement.End]>([])
    try await withServices([settler]) {
      try await withThrowingTaskGroup(of: Settlement.End.self) { tasks in
        tasks.addTask { await settler.confirm(.sample("a", ends: ends)) }
        try await queue.events.wait { $0.deletes.count == 1 }
        tasks.cancelAll()
        let first = try await tasks.next()
        #expect(first == .givenUp)
      }
      #expect(ends.current.isEmpty)
      isOpen.update { $0 = true }
      try await ends.wait { $0 == [.done] }
    }
  }

  @Test func `after the settler's end everything is given up at once, and said`() async throws {
    let queue = ScriptedQueue()
    let counters = Counters()
    let settler = Settler(queue: queue, limit: 1, counters: counters, logger: log.logger)
    try await withServices([settler]) {}
    #expect(await settler.confirm(.sample("a")) == .givenUp)
    let ends = TestSignal<[Settlement.End]>([])
    for handle in ["b", "c"] { await settler.settle(.sample(handle, ends: ends)) }
    #expect(ends.current == [.givenUp, .givenUp])
    #expect(queue.events.current.deletes.isEmpty)
    #expect(counters.values == Counters.Values(lostDeletes: 3))
    #expect(log.messages(at: .error) == Array(repeating: "message not deleted, it will be delivered again", count: 3))
  }

  @Test func `a call that hangs through the shutdown is given up once its time is over`() async throws {
    let queue = ScriptedQueue(onSettle: { _ in .hanging(TestSignal(false)) })
    let settler = Settler(
      queue: queue, limit: 100, logger: log.logger, flushTimeout: .milliseconds(50))
    let ends = TestSignal<[Settlement.End]>([])
    try await withServices([settler]) {
      for index in 0..<3 { await settler.settle(.sample("h\(index)", ends: ends)) }
    }
    #expect(ends.current == [.givenUp, .givenUp, .givenUp])
  }
}
