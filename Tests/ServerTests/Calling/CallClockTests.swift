import Testing

@testable import Server

struct CallClockTests {
  private let start = ContinuousClock.now

  /// What is due after each of the times, in seconds, and when to look again.
  private func run(_ clock: CallClock, at seconds: [Double]) -> [String] {
    seconds.map { second in
      var done = ""
      let next = clock.check(
        at: start + .seconds(second), onLimit: { done += "limit " }, onTick: { done += "tick " })
      return done + "\(next)"
    }
  }

  @Test func `ticks come in their interval, whenever the clock is looked at`() {
    let clock = CallClock(start, timeLimit: nil, tickInterval: .seconds(30))
    #expect(clock.first == .seconds(30))
    #expect(
      run(clock, at: [30, 60.5, 70, 90.5]) == [
        "tick 30.0 seconds", "tick 30.0 seconds", "20.5 seconds", "tick 30.0 seconds",
      ])
  }

  @Test func `the limit comes once`() {
    let clock = CallClock(start, timeLimit: .seconds(45), tickInterval: .seconds(30))
    #expect(run(clock, at: [30, 45, 60]) == ["tick 15.0 seconds", "limit 15.0 seconds", "tick 30.0 seconds"])
    let short = CallClock(start, timeLimit: .seconds(1), tickInterval: .seconds(30))
    #expect(short.first == .seconds(1))
    #expect(run(short, at: [0.5, 31]) == ["0.5 seconds", "limit tick 30.0 seconds"])
  }
}
