import SQSD
import Testing

@testable import Daemon

struct TickPlanTests {
  private static let start = ContinuousClock.now

  private func moment(_ seconds: Double) -> Moment {
    Moment(wall: Int64(seconds * 1000), instant: Self.start.advanced(by: .seconds(seconds)))
  }

  private func plan(
    _ tasks: [ScheduledTask] = [.every(minutes: 1)], usesTable: Bool = true, looksBack: Bool = true, at start: Double
  ) -> TickPlan {
    TickPlan(
      tasks: tasks, owner: "a", usesTable: usesTable, looksBack: looksBack, times: TickTimes(), now: moment(start))
  }

  /// All calls that the plan makes now.
  private func calls(_ plan: inout TickPlan, at time: Double) -> [TickCall] {
    var calls: [TickCall] = []
    while case .call(let call) = plan.next(now: moment(time)) { calls.append(call) }
    return calls
  }

  private func isCheck(_ call: TickCall) -> Bool {
    if case .checkTable = call { true } else { false }
  }

  private func answer(_ plan: inout TickPlan, _ call: TickCall?, _ answer: TickClaim.Answer, at time: Double) {
    guard let call else { return }
    plan.answered(call, answer, reason: answer == .failed ? "no" : nil, now: moment(time), jitter: 1)
  }

  @Test func `not more calls are under way than there may be, and those with a deadline go first`() {
    let tasks = (0..<40).map { ScheduledTask.every(seconds: 60, name: "\($0)") }
    var plan = plan(tasks, at: 30)
    answer(&plan, calls(&plan, at: 30).first, .done, at: 30)
    let claims = calls(&plan, at: 60)
    #expect(claims.count == TickPlan.callLimit)
    answer(&plan, claims.first, .done, at: 60)
    guard case .call(.tick(_, _, task: 0, .send)) = plan.next(now: moment(60)) else {
      Issue.record("no send")
      return
    }
    #expect(calls(&plan, at: 60).isEmpty)
  }

  @Test func `a table that fails is told once, tried again and told once when it works`() {
    var plan = plan(at: 30)
    let check = calls(&plan, at: 30)
    #expect(check.count == 1 && check.allSatisfy(isCheck))
    answer(&plan, check.first, .failed, at: 31)
    #expect(plan.takeNews() == [.tableFails(reason: "no")])
    #expect(plan.complaint == "periodic tasks: the table fails: no")
    #expect(calls(&plan, at: 35.9).isEmpty)
    let again = calls(&plan, at: 36)
    #expect(again.count == 1 && again.allSatisfy(isCheck))
    answer(&plan, again.first, .failed, at: 36)
    #expect(plan.takeNews().isEmpty && calls(&plan, at: 45.9).isEmpty)
    answer(&plan, calls(&plan, at: 46).first, .done, at: 46)
    #expect(plan.takeNews() == [.tableWorks] && plan.complaint == nil)
    #expect(calls(&plan, at: 59).isEmpty)
  }

  @Test func `a right to read alone does not make the table work`() {
    var plan = plan(at: 30)
    answer(&plan, calls(&plan, at: 30).first, .failed, at: 30)
    _ = plan.takeNews()
    let claim = calls(&plan, at: 60).filter { !isCheck($0) }
    answer(&plan, claim.first, .refused(nil), at: 60)
    #expect(plan.complaint != nil && plan.takeNews().isEmpty)
  }

  @Test func `a queue that takes nothing is told once, and delivery's health is not its business`() {
    var plan = plan(usesTable: false, at: 60)
    answer(&plan, calls(&plan, at: 60).first, .failed, at: 60)
    #expect(plan.takeNews() == [.queueFails(reason: "no")] && plan.complaint == "periodic tasks: sending fails: no")
    answer(&plan, calls(&plan, at: 61).first, .done, at: 61.25)
    let tick = Tick(task: ScheduledTask.every(minutes: 1).name, scheduledAt: Timestamp(secondsSince1970: 60))
    #expect(plan.takeNews() == [.queueWorks, .sent(tick, lag: 1_250)] && plan.complaint == nil)
  }

  @Test func `alone nothing is sent from before the start, with a table the latest is`() {
    var alone = plan(usesTable: false, looksBack: false, at: 90)
    #expect(calls(&alone, at: 90).isEmpty)
    var plan = plan(at: 330)
    let claim = calls(&plan, at: 330).first { !isCheck($0) }
    guard case .tick(_, let tick, task: 0, .claim) = claim else {
      Issue.record("no claim")
      return
    }
    #expect(tick.scheduledAt == Timestamp(secondsSince1970: 300))
    answer(&plan, claim, .done, at: 330)
    for _ in 0..<2 { answer(&plan, calls(&plan, at: 330).first, .done, at: 330) }
    #expect(calls(&plan, at: 330).isEmpty)
    // Nobody had sent the latest, so most likely none of those before it.
    let before = MissedTicks(
      task: tick.task, first: Timestamp(secondsSince1970: 60), last: Timestamp(secondsSince1970: 240), count: 4)
    #expect(plan.takeNews() == [.sent(tick, lag: 30_000), .missedBeforeStart(before)])
  }

  @Test func `at the end it waits for what is under way, and then for nothing`() {
    var plan = plan(at: 59)
    answer(&plan, calls(&plan, at: 59).first, .done, at: 59)
    let claim = calls(&plan, at: 60).first
    plan.stop()
    guard case .wait(until: nil) = plan.next(now: moment(120)) else {
      Issue.record("it does not wait")
      return
    }
    answer(&plan, claim, .failed, at: 120)
    guard case .finished = plan.next(now: moment(120)) else {
      Issue.record("it does not end")
      return
    }
    #expect(plan.takeNews().contains { if case .missed(_, .stopping) = $0 { true } else { false } })
  }

  @Test func `it waits for the next tick, and a clock that is set back is told`() {
    var plan = plan(usesTable: false, at: 100)
    _ = calls(&plan, at: 100)
    guard case .wait(let until) = plan.next(now: moment(100)) else {
      Issue.record("it does not wait")
      return
    }
    #expect(until == moment(120).instant)
    var behind = moment(101)
    behind.wall -= 5_000
    _ = plan.next(now: behind)
    #expect(plan.takeNews().contains(.clockWentBack(seconds: 4)))
  }
}
