import Foundation
import Logging
import SQSD
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct SchedulerTests {
  private let log = CapturedLog()
  private static let base: Int64 = 1_767_225_600_000
  private static let start = ContinuousClock.now

  /// A wall clock that can be set; it goes on with the real one.
  private final class WallClock: Sendable {
    let ahead: TestSignal<Int64>
    init(_ milliseconds: Int64) { ahead = TestSignal(milliseconds) }
    var now: Int64 {
      let (seconds, attoseconds) = SchedulerTests.start.duration(to: .now).components
      return SchedulerTests.base + ahead.current + seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
    /// Puts the clock so many milliseconds before a time.
    func set(_ milliseconds: Int64, before time: Int64) {
      ahead.update { $0 += time - milliseconds - now }
    }
  }

  /// Answers at once, or as a test says.
  private final class ScriptedCalls: TickCalls {
    struct Made: Sendable {
      let call: TickCall
      let wall: Int64
    }

    let made = TestSignal<[Made]>([])
    private let wall: WallClock
    private let answer: @Sendable (TickCall) async -> TickAnswer

    init(_ wall: WallClock, _ answer: @escaping @Sendable (TickCall) async -> TickAnswer = { _ in TickAnswer(.done) }) {
      self.wall = wall
      self.answer = answer
    }

    func perform(_ call: TickCall) async -> TickAnswer {
      made.update { $0.append(Made(call: call, wall: wall.now)) }
      return await answer(call)
    }

    /// The names of the calls of ticks.
    static func names(_ made: [Made]) -> [String] {
      made.compactMap {
        guard case .tick(_, _, task: _, let call) = $0.call else { return nil }
        return switch call {
        case .claim: "claim"
        case .look: "look"
        case .takeOver: "takeOver"
        case .send: "send"
        case .mark: "mark"
        case .giveBack: "giveBack"
        }
      }
    }
  }

  private func scheduler(
    _ calls: ScriptedCalls, _ wall: WallClock, every seconds: Int = 3_600, usesTable: Bool = true,
    times: TickTimes = TickTimes()
  ) -> Scheduler {
    Scheduler(
      tasks: [.every(seconds: seconds, name: "task")], calls: calls, owner: "a", usesTable: usesTable,
      looksBack: usesTable, times: times, logger: log.logger, wall: { wall.now })
  }

  @Test func `a tick is claimed, sent and marked in its time, and not a millisecond before`() async throws {
    let wall = WallClock(0)
    let noon = Self.base + 12 * 3_600_000
    wall.set(150, before: noon)
    let calls = ScriptedCalls(wall)
    try await withServices([scheduler(calls, wall)]) {
      try await calls.made.wait { ScriptedCalls.names($0) == ["claim", "send", "mark"] }
      try await log.events.wait { $0.contains { $0.message == "tick sent" } }
    }
    #expect(
      calls.made.current.allSatisfy { made in if case .checkTable = made.call { true } else { made.wall >= noon } })
    let line = log.events.current.first { $0.message == "tick sent" }
    #expect(line?.metadata["task"] == "task" && line?.metadata["scheduled"] == "2026-01-01T12:00:00Z")
    #expect(Int(line?.metadata["lag.ms"]?.description ?? "").map { $0 >= 0 } == true)
  }

  @Test func `a clock that is set while it sleeps is noticed`() async throws {
    let wall = WallClock(1_800_000)
    let calls = ScriptedCalls(wall)
    try await withServices([scheduler(calls, wall)]) {
      try await calls.made.wait { !$0.isEmpty }
      wall.set(-10, before: Self.base + 3_600_000)
      try await calls.made.wait { ScriptedCalls.names($0).contains("mark") }
      wall.set(1_800_000, before: Self.base + 3_600_000)
      try await log.events.wait { $0.contains { $0.message.hasPrefix("the clock was set back") } }
    }
  }

  @Test func `a table that fails makes it complain, once, until it works`() async throws {
    let wall = WallClock(1_800_000)
    let isWorking = TestSignal(false)
    let calls = ScriptedCalls(wall) { _ in isWorking.current ? TickAnswer(.done) : TickAnswer(.failed, "no such table")
    }
    var times = TickTimes()
    times.firstCheckPause = .milliseconds(1)
    times.longestCheckPause = .milliseconds(1)
    let scheduler = scheduler(calls, wall, times: times)
    try await withServices([scheduler]) {
      try await calls.made.wait { $0.count > 3 }
      #expect(scheduler.complaint == "periodic tasks: the table fails: no such table")
      isWorking.update { $0 = true }
      try await log.events.wait { $0.contains { $0.message == "periodic tasks: the table works again" } }
    }
    #expect(scheduler.complaint == nil)
    #expect(log.messages(at: .error) == ["periodic tasks fail, delivery goes on: the table"])
    #expect(log.events.current.first { $0.level == .error }?.metadata["error"] == "no such table")
  }

  @Test func `at the end what is being sent is sent and marked, and no further tick begins`() async throws {
    let wall = WallClock(0)
    let isSending = TestSignal(false)
    let mayEnd = TestSignal(false)
    let calls = ScriptedCalls(wall) { call in
      guard case .tick(_, _, task: _, .send) = call else { return TickAnswer(.done) }
      isSending.update { $0 = true }
      _ = try? await mayEnd.wait { $0 }
      return TickAnswer(.done)
    }
    try await withServices([scheduler(calls, wall, every: 1)]) {
      try await isSending.wait { $0 }
      // The shutdown begins when this returns; the send ends only afterwards.
      Task {
        try await Task.sleep(for: .milliseconds(50))
        mayEnd.update { $0 = true }
      }
    }
    let names = ScriptedCalls.names(calls.made.current)
    #expect(names.filter { $0 == "send" }.count == names.filter { $0 == "mark" }.count)
    #expect(names.last == "mark" && names.count(where: { $0 == "claim" }) == names.count(where: { $0 == "send" }))
  }

  @Test func `a call that hangs does not keep the program from its end`() async throws {
    let wall = WallClock(1_800_000)
    let never = TestSignal(false)
    let calls = ScriptedCalls(wall) { _ in
      _ = try? await never.wait { $0 }
      return TickAnswer(.unknown)
    }
    let scheduler = scheduler(calls, wall)
    let run = Task { try await scheduler.run() }
    try await calls.made.wait { !$0.isEmpty }
    // What the end of the leave timeout does.
    run.cancel()
    try await run.value
  }

  @Test func `alone there is no claim, and no call to a table`() async throws {
    let wall = WallClock(0)
    wall.set(50, before: Self.base + 3_600_000)
    let calls = ScriptedCalls(wall)
    try await withServices([scheduler(calls, wall, usesTable: false)]) {
      try await log.events.wait { $0.contains { $0.message == "tick sent" } }
    }
    #expect(calls.made.current.count == 1 && ScriptedCalls.names(calls.made.current) == ["send"])
  }

  @Test func `each piece of news has a line, and none of them a body`() {
    let tick = Tick(task: "t", scheduledAt: Timestamp(secondsSince1970: 60))
    let one = MissedTicks(task: "t", first: tick.scheduledAt, last: tick.scheduledAt)
    var many = one
    many.last = Timestamp(secondsSince1970: 600)
    many.count = MissedTicks.countLimit
    let news: [TickNews] = [
      .sent(tick, lag: 5), .left(tick), .missed(one, .tooOld), .missed(many, .superseded), .missed(one, .stopping),
      .missedBeforeStart(many), .tookOver(tick, from: "b"), .answerLost(tick), .overtaken(tick, by: "b"),
      .unmarked(tick), .clockWentBack(seconds: 3), .tableFails(reason: "r"), .tableWorks, .queueFails(reason: "r"),
      .queueWorks,
    ]
    for item in news { TickLog(logger: log.logger).tell(item) }
    #expect(log.events.current.count == news.count)
    let missed = log.events.current.filter { $0.message == "tick missed" }
    #expect(missed.count == 3 && missed[1].metadata["ticks"] == "1000 or more")
    #expect(missed[1].metadata["until"] == "1970-01-01T00:10:00Z" && missed[0].metadata["until"] == nil)
  }
}
