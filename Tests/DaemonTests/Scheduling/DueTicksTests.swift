import SQSD
import TestSupport
import Testing

@testable import Daemon

struct DueTicksTests {
  private func time(_ seconds: Int64) -> Timestamp { Timestamp(secondsSince1970: seconds) }

  /// What a look at the clock brings, for a task of every minute: the tick and the missed ones, in minutes.
  private func take(_ due: inout DueTicks, at seconds: Int64, oldest: Int64 = -10_000) -> [Int64?] {
    guard let found = due.take(now: time(seconds), oldest: time(oldest)) else { return [] }
    return [
      found.tick.map { $0.secondsSince1970 / 60 }, found.missed.map { $0.first.secondsSince1970 / 60 },
      found.missed.map { $0.last.secondsSince1970 / 60 }, found.missed.map { Int64($0.count) },
    ]
  }

  @Test func `each tick comes once, in its second and not before`() {
    var due = DueTicks(.every(minutes: 1), now: time(30), past: 1)
    #expect(due.next == time(60))
    #expect(take(&due, at: 30).isEmpty && take(&due, at: 59).isEmpty)
    #expect(take(&due, at: 60) == [1, nil, nil, nil])
    #expect(take(&due, at: 60).isEmpty && take(&due, at: 119).isEmpty)
    #expect(take(&due, at: 121) == [2, nil, nil, nil] && due.next == time(180))
  }

  @Test func `after a gap only the latest comes, and the others are named`() {
    var due = DueTicks(.every(minutes: 1), now: time(0), past: 1)
    #expect(take(&due, at: 0) == [0, nil, nil, nil])
    #expect(take(&due, at: 330) == [5, 1, 4, 4])
    // The latest is too old as well.
    #expect(take(&due, at: 500, oldest: 481) == [nil, 6, 8, 3])
  }

  @Test func `at the start the past is looked at as far as it may be`() {
    var due = DueTicks(.every(minutes: 1), now: time(330), past: 300)
    #expect(take(&due, at: 330) == [5, 1, 4, 4])
    var other = DueTicks(.every(minutes: 5), now: time(330), past: 29)
    #expect(take(&other, at: 330).isEmpty && other.next == time(600))
  }

  @Test func `a clock that is set back makes nothing begin twice, and what it had leapt over comes due`() {
    var due = DueTicks(.every(minutes: 1), now: time(30), past: 1)
    #expect(take(&due, at: 61) == [1, nil, nil, nil])
    #expect(take(&due, at: 1_201) == [20, 2, 19, 18])
    #expect(take(&due, at: 62).isEmpty)
    #expect(take(&due, at: 120) == [2, nil, nil, nil] && take(&due, at: 180) == [3, nil, nil, nil])
    #expect(take(&due, at: 1_200) == [nil, 4, 19, 16])
    #expect(take(&due, at: 1_260) == [21, nil, nil, nil])
  }

  @Test func `a leap of years is bounded, and so is what is remembered`() {
    var due = DueTicks(.every(minutes: 1), now: time(0), past: 1)
    _ = take(&due, at: 0)
    let found = due.take(now: time(60_000_000_000), oldest: time(59_999_999_000))
    #expect(found?.missed?.count == MissedTicks.countLimit && found?.tick == time(60_000_000_000))
    var begun = BegunTicks()
    for second in 0..<Int64(BegunTicks.capacity + 10) { begun.insert(time(second)) }
    #expect((0..<Int64(BegunTicks.capacity + 10)).allSatisfy { begun.contains(time($0)) })
    #expect(begun.contains(time(-5)) && !begun.contains(time(Int64(BegunTicks.capacity) + 10)))
  }

  @Test func `ticks in any order are remembered`() {
    var random = SeededRandom(seed: 7)
    var begun = BegunTicks()
    var all: Set<Int64> = []
    for _ in 0..<400 {
      let second = Int64.random(in: 0..<1_000, using: &random)
      #expect(begun.contains(time(second)) == all.contains(second))
      begun.insert(time(second))
      all.insert(second)
    }
  }

  @Test func `a schedule that has no tick any more is quiet`() {
    let never = ScheduledTask(
      name: "never", path: "/", schedule: TickSchedule(next: { _ in nil }, latest: { _, _ in nil }))
    var due = DueTicks(never, now: time(0), past: 300)
    #expect(due.take(now: time(1_000_000), oldest: time(0)) == nil && due.next == nil)
  }
}
