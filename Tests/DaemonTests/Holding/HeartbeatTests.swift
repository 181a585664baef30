import AWS
import Logging
import TestSupport
import Testing

@testable import Daemon

/// With a visibility timeout of a second, which is extended from its half on.
@Suite(.timeLimit(.minutes(1)))
struct HeartbeatTests {
  private let log = CapturedLog()

  private func heartbeat(_ queue: ScriptedQueue, isOn: Bool = true) -> Heartbeat {
    Heartbeat(queue: queue, isOn: isOn, visibilityTimeout: .seconds(1), logger: log.logger)
  }

  private func withHeartbeat(
    _ queue: ScriptedQueue, _ body: (Heartbeat) async throws -> Void
  ) async throws {
    let heartbeat = heartbeat(queue)
    try await withServices([heartbeat]) { try await body(heartbeat) }
  }

  private func hold(_ heartbeat: Heartbeat, _ id: String) -> HeldMessages.ID {
    heartbeat.hold(.sample(id), receivedAt: .now)
  }

  @Test func `messages in our hands are extended, ten a call, for the visibility timeout`() async throws {
    let queue = ScriptedQueue()
    try await withHeartbeat(queue) { heartbeat in
      let receivedAt = ContinuousClock.now
      let ids = (0..<25).map { heartbeat.hold(.sample("\($0)"), receivedAt: receivedAt) }
      let before = heartbeat.hiddenUntil(ids[24])
      try await queue.events.wait { $0.changes.flatMap(\.self).count >= 25 }
      #expect(Set(queue.events.current.changes.flatMap(\.self)) == Set((0..<25).map { "h-\($0) 1" }))
      #expect(queue.events.current.changes.allSatisfy { $0.count <= 10 })
      for id in ids { #expect(await heartbeat.finish(id)) }
      #expect(heartbeat.hiddenUntil(ids[24]) > before)
    }
    #expect(log.events.current.isEmpty)
  }

  @Test func `a call that fails is said once, and its recovery once`() async throws {
    let queue = ScriptedQueue(onSettle: { call in call <= 3 ? .failingCall : .success })
    try await withHeartbeat(queue) { heartbeat in
      _ = hold(heartbeat, "a")
      try await log.events.wait { $0.count == 2 }
    }
    #expect(queue.events.current.changes.count >= 4)
    #expect(
      log.messages(at: .warning) == [
        "visibility is not extended, trying again; messages whose time runs out meanwhile are delivered twice"
      ])
    #expect(log.messages(at: .info) == ["visibility is extended again"])
  }

  @Test func `an entry that SQS could not take is asked for again`() async throws {
    let queue = ScriptedQueue(onSettle: { call in call == 1 ? .failing(["h-a"], senderFault: false) : .success })
    try await withHeartbeat(queue) { heartbeat in
      let id = hold(heartbeat, "a")
      try await queue.events.wait { $0.changes.count == 2 }
      #expect(await heartbeat.finish(id))
    }
    #expect(queue.events.current.changes == [["h-a 1"], ["h-a 1"]])
  }

  @Test func `a message that SQS knows no more is warned about once, and not asked for again`() async throws {
    let queue = ScriptedQueue(onSettle: { _ in .failing(["h-gone"], senderFault: true) })
    try await withHeartbeat(queue) { heartbeat in
      let id = hold(heartbeat, "gone")
      try await log.events.wait { $0.count == 1 }
      // Time passes: another message is received and extended.
      _ = hold(heartbeat, "other")
      try await queue.events.wait { $0.changes.contains(["h-other 1"]) }
      #expect(await !heartbeat.finish(id))
    }
    #expect(queue.events.current.changes.flatMap(\.self).filter { $0 == "h-gone 1" }.count == 1)
    #expect(log.messages(at: .warning) == ["visibility ran out, the message may be delivered twice"])
    #expect(log.events.current.first?.metadata["message.id"] == "gone")
  }

  @Test func `a call that hangs does not hold the others up`() async throws {
    let isOpen = TestSignal(false)
    let queue = ScriptedQueue(onSettle: { call in call == 1 ? .hanging(isOpen) : .success })
    try await withHeartbeat(queue) { heartbeat in
      _ = hold(heartbeat, "a")
      try await queue.events.wait { $0.changes == [["h-a 1"]] }
      let other = hold(heartbeat, "b")
      try await queue.events.wait { $0.changes.count == 2 }
      #expect(await heartbeat.finish(other))
      #expect(queue.events.current.changes == [["h-a 1"], ["h-b 1"]])
      isOpen.update { $0 = true }
    }
  }

  @Test func `finishing waits for an extension on its way, which would undo what comes after`() async throws {
    let isOpen = TestSignal(false)
    let queue = ScriptedQueue(onSettle: { _ in .hanging(isOpen) })
    try await withHeartbeat(queue) { heartbeat in
      let id = hold(heartbeat, "a")
      try await queue.events.wait { $0.changes.count == 1 }
      let isExtended = TestSignal<Bool?>(nil)
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
          let result = await heartbeat.finish(id)
          isExtended.update { $0 = result }
        }
        // Another that has none on its way does not wait.
        #expect(await !heartbeat.finish(hold(heartbeat, "b")))
        #expect(isExtended.current == nil)
        isOpen.update { $0 = true }
        try await isExtended.wait { $0 == true }
        try await tasks.waitForAll()
      }
    }
    #expect(queue.events.current.changes.count == 1)
  }

  @Test func `who is cancelled does not wait for an extension on its way`() async throws {
    let queue = ScriptedQueue(onSettle: { _ in .hanging(TestSignal(false)) })
    try await withHeartbeat(queue) { heartbeat in
      let id = hold(heartbeat, "a")
      try await queue.events.wait { $0.changes.count == 1 }
      try await withThrowingTaskGroup(of: Bool.self) { tasks in
        tasks.addTask { await heartbeat.finish(id) }
        tasks.cancelAll()
        let first = try await tasks.next()
        #expect(first == false)
      }
    }
    // The call was cut off by the shutdown, which is no failure.
    #expect(log.events.current.isEmpty)
  }

  @Test func `what is let go is not extended`() async throws {
    let queue = ScriptedQueue()
    try await withHeartbeat(queue) { heartbeat in
      heartbeat.letGo(hold(heartbeat, "gone"))
      _ = hold(heartbeat, "kept")
      try await queue.events.wait { !$0.changes.isEmpty }
    }
    #expect(queue.events.current.changes.first == ["h-kept 1"])
  }

  @Test func `switched off, it knows how long messages are hidden, and extends none`() async throws {
    let queue = ScriptedQueue()
    let off = heartbeat(queue, isOn: false)
    let other = ScriptedQueue()
    let on = heartbeat(other)
    try await withServices([off, on]) {
      let receivedAt = ContinuousClock.now
      let id = off.hold(.sample("a"), receivedAt: receivedAt)
      _ = on.hold(.sample("a"), receivedAt: receivedAt)
      try await other.events.wait { !$0.changes.isEmpty }
      #expect(off.hiddenUntil(id) == receivedAt.advanced(by: .seconds(1)))
      #expect(await !off.finish(id))
    }
    #expect(queue.events.current.changes.isEmpty)
  }
}
