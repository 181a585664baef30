import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct MessageGroupsTests {
  private let groups = MessageGroups()

  @Test func `of each group there is one at a time, and each gets its turn`() async {
    let inside = TestSignal<[String: Int]>([:])
    let done = TestSignal(0)
    await withTaskGroup(of: Void.self) { tasks in
      for index in 0..<300 {
        tasks.addTask {
          let name = "g\(index % 3)"
          let hadItsTurn = await groups.withGroup(name) {
            inside.update { $0[name, default: 0] += 1 }
            await Task.yield()
            #expect(inside.current[name] == 1)
            inside.update { $0[name, default: 0] -= 1 }
          }
          #expect(hadItsTurn)
          done.update { $0 += 1 }
        }
      }
    }
    #expect(done.current == 300)
  }

  @Test func `different groups do not wait for each other`() async throws {
    let arrived = TestSignal(0)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for index in 0..<10 {
        tasks.addTask {
          _ = await groups.withGroup("\(index)") {
            arrived.update { $0 += 1 }
            _ = try? await arrived.wait { $0 == 10 }
          }
        }
      }
      try await tasks.waitForAll()
    }
    #expect(arrived.current == 10)
  }

  @Test func `who is cancelled while it waits has not had its turn, and nobody waits for it`() async throws {
    let isInside = TestSignal(false)
    let mayLeave = TestSignal(false)
    let ran = TestSignal<[String]>([])
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        _ = await groups.withGroup("g") {
          isInside.update { $0 = true }
          _ = try? await mayLeave.wait { $0 }
        }
      }
      try await isInside.wait { $0 }
      await withTaskGroup(of: Bool.self) { waiting in
        for _ in 0..<5 { waiting.addTask { await groups.withGroup("g") { ran.update { $0.append("waiting") } } } }
        waiting.cancelAll()
        for await hadItsTurn in waiting { #expect(!hadItsTurn) }
      }
      mayLeave.update { $0 = true }
      #expect(await groups.withGroup("g") { ran.update { $0.append("next") } })
    }
    #expect(ran.current == ["next"])
  }

  @Test func `attempts have names of their own that SQS takes`() {
    let names = (0..<1000).map { _ in ReceiveAttempt.newID() }
    #expect(Set(names).count == 1000)
    #expect(names.allSatisfy { (1...128).contains($0.utf8.count) && $0.allSatisfy(\.isHexDigit) })
  }
}
