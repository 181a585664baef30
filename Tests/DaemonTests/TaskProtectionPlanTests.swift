import Testing

@testable import Daemon

struct TaskProtectionPlanTests {
  private let start = ContinuousClock.now

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

  private func plan(minutes: Int = 60) -> TaskProtectionPlan {
    TaskProtectionPlan(times: TaskProtectionTimes(term: .seconds(minutes * 60)))
  }

  /// A task that became busy at the start and whose protection was confirmed at once.
  private func protected(minutes: Int = 60) -> TaskProtectionPlan {
    var plan = plan(minutes: minutes)
    plan.workChanged(isBusy: true, now: start)
    #expect(plan.next(now: start) == .protect)
    #expect(plan.answered(.done, now: start, jitter: 0) == nil)
    return plan
  }

  private func failed(throttling: Bool = false, uncertain: Bool = false) -> TaskProtectionPlan.Answer {
    .failed(isThrottling: throttling, isUncertain: uncertain)
  }

  @Test func `a task that never works makes no calls`() {
    var plan = plan()
    #expect(plan.next(now: start) == .wait(until: nil))
    plan.workChanged(isBusy: false, now: at(5))
    #expect(plan.next(now: at(1_000_000)) == .wait(until: nil))
    plan.stop()
    #expect(plan.next(now: at(1_000_001)) == .finished)
  }

  @Test func `the first message puts protection on, and nothing is called while a call runs`() {
    var plan = plan()
    plan.workChanged(isBusy: true, now: start)
    #expect(plan.next(now: start) == .protect)
    plan.workChanged(isBusy: false, now: at(1))
    #expect(plan.next(now: at(100)) == .wait(until: nil))
    #expect(plan.answered(.done, now: at(101), jitter: 0) == nil)
    #expect(plan.next(now: at(101)) == .drop)
  }

  @Test func `it goes off after a minute without messages, and not in a shorter lull`() {
    var plan = protected()
    plan.workChanged(isBusy: false, now: at(10))
    plan.workChanged(isBusy: true, now: at(69))
    plan.workChanged(isBusy: false, now: at(70))
    #expect(plan.next(now: at(129.9)) == .wait(until: at(130)))
    #expect(plan.next(now: at(130)) == .drop)
    #expect(plan.answered(.done, now: at(130), jitter: 0) == nil)
    #expect(plan.next(now: at(130)) == .wait(until: at(131)))
    #expect(plan.next(now: at(131)) == .wait(until: nil))
  }

  @Test func `a long job renews it at half of its term`() {
    var plan = protected(minutes: 15)
    #expect(plan.next(now: at(449)) == .wait(until: at(450)))
    #expect(plan.next(now: at(450)) == .protect)
    #expect(plan.answered(.done, now: at(452), jitter: 0) == nil)
    #expect(plan.next(now: at(599)) == .wait(until: at(600)))
    #expect(plan.next(now: at(600)) == .pauseIntake)
    // Its term is the longest that a job was expected to take; longer than that no other message waits for it.
    #expect(plan.next(now: at(899)) == .wait(until: at(900)))
    #expect(plan.next(now: at(900)) == .protect)
    #expect(plan.answered(.done, now: at(900), jitter: 0) == nil)
    #expect(plan.next(now: at(1_350)) == .protect)
    #expect(plan.answered(.done, now: at(1_350), jitter: 0) == nil)
    #expect(plan.next(now: at(1_500)) == .resumeIntake)
    #expect(plan.next(now: at(1_500)) == .wait(until: at(1_800)))
  }

  @Test func `ten minutes of work without an end pause intake, drop protection once and put it on again first`() {
    var plan = protected()
    #expect(plan.next(now: at(599)) == .wait(until: at(600)))
    #expect(plan.next(now: at(600)) == .pauseIntake)
    #expect(plan.next(now: at(600)) == .wait(until: at(1_800)))
    plan.workChanged(isBusy: false, now: at(640))
    #expect(plan.next(now: at(640)) == .drop)
    #expect(plan.answered(.done, now: at(641), jitter: 0) == nil)
    #expect(plan.next(now: at(642)) == .wait(until: at(656)))
    #expect(plan.next(now: at(656)) == .protect)
    #expect(plan.answered(.done, now: at(657), jitter: 0) == nil)
    #expect(plan.next(now: at(657)) == .resumeIntake)
    plan.workChanged(isBusy: true, now: at(658))
    #expect(plan.next(now: at(1_256)) == .wait(until: at(1_257)))
    #expect(plan.next(now: at(1_257)) == .pauseIntake)
  }

  @Test func `after a pause without messages the minute is counted anew`() {
    var plan = protected()
    #expect(plan.next(now: at(600)) == .pauseIntake)
    plan.workChanged(isBusy: false, now: at(600))
    #expect(plan.next(now: at(601)) == .drop)
    #expect(plan.answered(.done, now: at(601), jitter: 0) == nil)
    #expect(plan.next(now: at(616)) == .protect)
    #expect(plan.answered(.done, now: at(617), jitter: 0) == nil)
    #expect(plan.next(now: at(617)) == .resumeIntake)
    #expect(plan.next(now: at(676)) == .wait(until: at(677)))
    #expect(plan.next(now: at(677)) == .drop)
  }

  @Test func `a message that an open receive brought still is protected at once`() {
    var plan = protected()
    #expect(plan.next(now: at(600)) == .pauseIntake)
    plan.workChanged(isBusy: false, now: at(601))
    #expect(plan.next(now: at(601)) == .drop)
    plan.workChanged(isBusy: true, now: at(601.2))
    #expect(plan.answered(.done, now: at(601.5), jitter: 0) == nil)
    // But for the second between two calls.
    #expect(plan.next(now: at(601.5)) == .wait(until: at(602)))
    #expect(plan.next(now: at(602)) == .protect)
    #expect(plan.answered(.done, now: at(602), jitter: 0) == nil)
    // The deployment gets its moment once that message is done.
    #expect(plan.next(now: at(603)) == .wait(until: at(2_402)))
    plan.workChanged(isBusy: false, now: at(604))
    #expect(plan.next(now: at(604)) == .drop)
    #expect(plan.answered(.done, now: at(604), jitter: 0) == nil)
    #expect(plan.next(now: at(619)) == .protect)
    #expect(plan.answered(.done, now: at(619), jitter: 0) == nil)
    #expect(plan.next(now: at(619)) == .resumeIntake)
  }

  @Test func `a lull is no continuous work, and the pause waits for the next message`() {
    var plan = protected()
    plan.workChanged(isBusy: false, now: at(590))
    #expect(plan.next(now: at(600)) == .wait(until: at(650)))
    plan.workChanged(isBusy: true, now: at(640))
    #expect(plan.next(now: at(640)) == .pauseIntake)
  }

  @Test func `failures are said once and tried again with growing pauses, and recovery is said once`() {
    var plan = plan(minutes: 2_880)
    plan.workChanged(isBusy: true, now: start)
    var now = start
    var pauses: [Duration] = []
    for attempt in 1...9 {
      #expect(plan.next(now: now) == .protect)
      #expect(plan.answered(failed(), now: now, jitter: 1) == (attempt == 1 ? .failing : nil))
      guard case .wait(let until?) = plan.next(now: now) else { return #expect(Bool(false), "no pause") }
      pauses.append(now.duration(to: until))
      now = until
    }
    #expect(pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300].map { .seconds($0) })
    #expect(plan.next(now: now) == .protect)
    #expect(plan.answered(.done, now: now, jitter: 1) == .works)
    #expect(plan.answered(.done, now: now, jitter: 1) == nil)
  }

  @Test func `throttling pauses longer, and no pause is shorter than half of its longest`() {
    let times = TaskProtectionTimes(term: .seconds(60))
    #expect(times.pause(afterFailures: 1, isThrottling: true, jitter: 1) == .seconds(30))
    #expect(times.pause(afterFailures: 1, isThrottling: false, jitter: 0) == .milliseconds(2_500))
    #expect(times.pause(afterFailures: 5, isThrottling: true, jitter: 0) == .seconds(150))
    #expect(times.pause(afterFailures: 1_000, isThrottling: true, jitter: 1) == .seconds(300))
  }

  @Test func `without protection intake is never paused`() {
    var plan = plan()
    plan.workChanged(isBusy: true, now: start)
    var now = start
    for _ in 0..<500 {
      switch plan.next(now: now) {
      case .protect: _ = plan.answered(failed(), now: now, jitter: 0.5)
      case .wait(let until?): now = until
      case let action: #expect(Bool(false), "\(action)")
      }
    }
    #expect(now > at(7_200))
  }

  @Test func `a pause ends when the agent fails, and another comes ten minutes later`() {
    for fails in [failed(), failed(throttling: true), failed(uncertain: true)] {
      var plan = protected()
      #expect(plan.next(now: at(600)) == .pauseIntake)
      plan.workChanged(isBusy: false, now: at(610))
      #expect(plan.next(now: at(610)) == .drop)
      #expect(plan.answered(fails, now: at(611), jitter: 0) == .failing)
      #expect(plan.next(now: at(611)) == .resumeIntake)
      plan.workChanged(isBusy: true, now: at(612))
      if fails == failed(uncertain: true) {
        // It may be off: put on again after the pause for the failure.
        #expect(plan.next(now: at(612)) == .wait(until: at(613.5)))
        #expect(plan.next(now: at(613.5)) == .protect)
      } else {
        #expect(plan.next(now: at(1_210)) == .wait(until: at(1_211)))
        #expect(plan.next(now: at(1_211)) == .pauseIntake)
      }
    }
  }

  @Test func `if protection cannot be put on again after a pause, intake goes on without`() {
    var plan = protected()
    #expect(plan.next(now: at(600)) == .pauseIntake)
    plan.workChanged(isBusy: false, now: at(600))
    #expect(plan.next(now: at(601)) == .drop)
    #expect(plan.answered(.done, now: at(601), jitter: 0) == nil)
    #expect(plan.next(now: at(616)) == .protect)
    #expect(plan.answered(failed(), now: at(622), jitter: 0) == .failing)
    #expect(plan.next(now: at(622)) == .resumeIntake)
  }

  @Test func `protection that has run out by itself is not put off`() {
    var plan = protected(minutes: 1)
    plan.workChanged(isBusy: false, now: at(1))
    #expect(plan.next(now: at(61)) == .wait(until: nil))
    plan.workChanged(isBusy: true, now: at(62))
    #expect(plan.next(now: at(62)) == .protect)
  }

  @Test(arguments: [true, false])
  func `at the end protection is dropped, also when it only may be on`(isUncertain: Bool) {
    var plan = plan()
    plan.workChanged(isBusy: true, now: start)
    #expect(plan.next(now: start) == .protect)
    plan.stop()
    #expect(plan.next(now: at(0.1)) == .wait(until: nil))
    _ = plan.answered(isUncertain ? failed(uncertain: true) : .done, now: at(0.2), jitter: 0)
    #expect(plan.next(now: at(0.2)) == .drop)
    _ = plan.answered(isUncertain ? failed() : .done, now: at(0.3), jitter: 0)
    #expect(plan.next(now: at(0.3)) == .finished)
  }

  @Test func `what was refused is not dropped at the end`() {
    var plan = plan()
    plan.workChanged(isBusy: true, now: start)
    #expect(plan.next(now: start) == .protect)
    _ = plan.answered(failed(), now: at(0.2), jitter: 0)
    plan.stop()
    #expect(plan.next(now: at(0.3)) == .finished)
  }
}
