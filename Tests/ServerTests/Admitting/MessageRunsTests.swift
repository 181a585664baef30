import HTTPCore
import Locks
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct MessageRunsTests {
  private let runs = MessageRuns()

  private func first(_ id: String) -> MessageRun? {
    if case .first(let run) = runs.enter(id) { run } else { nil }
  }

  private func joined(_ id: String) -> MessageRun? {
    if case .joined(let run) = runs.enter(id) { run } else { nil }
  }

  @Test func `the second of a message joins, another message does not`() throws {
    let run = try #require(first("a"))
    #expect(joined("a") === run)
    #expect(joined("a") === run)
    #expect(first("b") != nil)
  }

  @Test func `everybody gets the answer, and then the message would run anew`() async throws {
    let run = try #require(first("a"))
    let other = try #require(joined("a"))
    await withTaskGroup(of: Int?.self) { tasks in
      for _ in 0..<3 { tasks.addTask { await other.answer()?.status } }
      runs.end(run, of: "a", with: .text(500, "x"))
      for await status in tasks { #expect(status == 500) }
    }
    #expect(await other.answer()?.status == 500)
    #expect(first("a") != nil)
  }

  @Test func `who joined a message that never began becomes its first`() async throws {
    let run = try #require(first("a"))
    let other = try #require(joined("a"))
    runs.end(run, of: "a", with: nil)
    #expect(await other.answer() == nil)
    #expect(first("a") != nil)
    #expect(joined("a") != nil)
  }

  @Test func `waiting for the answer ends with the waiting task`() async throws {
    let run = try #require(first("a"))
    let status = await withTaskGroup(of: Int?.self) { tasks in
      tasks.addTask { await run.answer()?.status }
      tasks.cancelAll()
      return await tasks.next() ?? 0
    }
    #expect(status == nil)
  }

  @Test func `it is abandoned when the last of its clients has left, and once`() throws {
    let run = try #require(first("a"))
    let count = Locked(0)
    run.whenAbandoned { count.withLock { $0 += 1 } }
    _ = joined("a")
    run.leave()
    #expect(count.withLock(\.self) == 0)
    run.leave()
    #expect(count.withLock(\.self) == 1)
    let other = try #require(first("b"))
    other.leave()
    other.whenAbandoned { count.withLock { $0 += 1 } }
    #expect(count.withLock(\.self) == 2)
  }

  @Test func `a run that has ended is not abandoned any more`() throws {
    let run = try #require(first("a"))
    let count = Locked(0)
    run.whenAbandoned { count.withLock { $0 += 1 } }
    runs.end(run, of: "a", with: .text(200, ""))
    run.leave()
    #expect(count.withLock(\.self) == 0)
  }
}
