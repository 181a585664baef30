import TestSupport
import Testing

@testable import Daemon

/// The plan against an agent, an intake and jobs that a seed makes up, for four hours of their time.
struct TaskProtectionModelTests {
  enum Work: CaseIterable {
    /// Never an end but in a pause.
    case flood
    case trickle
    /// Lulls longer than protection waits for.
    case spells
  }

  @Test(arguments: [1, 2, 10, 120, 2_880], Work.allCases)
  func `an agent that answers protects all work, frees lulls, and deployments get in`(minutes: Int, work: Work) {
    for seed in 0..<4 as Range<UInt64> {
      var world = World(seed: seed, minutes: minutes, work: work, failing: 0)
      world.run(milliseconds: 4 * 3_600_000)
      #expect(world.news.isEmpty)
      let renewals = 4 * 60 * 2 / minutes
      switch work {
      case .flood:
        // Ten minutes, a job's end, and what lies around it.
        #expect(world.openings >= 4 * 60 / 13, "\(world.openings)")
        #expect(world.calls <= 2 * world.openings + 2 * renewals + 2, "\(world.calls)")
      case .trickle:
        #expect(world.calls <= 4 * 60 / 10 * 2 + 2 * world.stragglers + 2 * renewals + 2, "\(world.calls)")
      case .spells:
        #expect(world.calls <= 4 * 60 * 2 + 2 * world.stragglers + 2 * renewals + 2, "\(world.calls)")
      }
    }
  }

  @Test(arguments: [0.05, 0.5, 0.95, 1], Work.allCases)
  func `an agent that fails is not called without end, and intake does not wait for it`(failing: Double, work: Work) {
    for seed in 0..<4 as Range<UInt64> {
      var world = World(seed: seed, minutes: 20, work: work, failing: failing)
      world.run(milliseconds: 4 * 3_600_000)
      #expect(world.news.first == .failing)
      #expect(zip(world.news, world.news.dropFirst()).allSatisfy { $0 != $1 })
      if failing == 1 { #expect(world.pauses == 0 && world.calls < 4 * 3_600 / 150 + 10, "\(world.calls)") }
    }
  }
}

/// Times in milliseconds from the start.
private struct World {
  /// The agent answers within this.
  static let latency = 5...900

  var plan: TaskProtectionPlan
  var random: SeededRandom
  let term: Int
  let work: TaskProtectionModelTests.Work
  let failing: Double
  let start = ContinuousClock.now

  var now = 0
  var isBusy = false
  var busyChanged = 0
  /// When work comes or goes; nil for not by itself.
  var nextChange: Int? = 100
  var pausedSince: Int?
  var resumed = 0
  var call: (isProtect: Bool, answerAt: Int)?
  var lastCall = -1_000
  /// ECS's own knowledge; protection is on before it.
  var protectedUntil = 0
  var droppedInPause: Int?

  var calls = 0
  var pauses = 0
  var openings = 0
  var stragglers = 0
  var news: [TaskProtectionPlan.News] = []

  init(seed: UInt64, minutes: Int, work: TaskProtectionModelTests.Work, failing: Double) {
    plan = TaskProtectionPlan(times: TaskProtectionTimes(term: .seconds(minutes * 60)))
    random = SeededRandom(seed: seed)
    term = minutes * 60_000
    self.work = work
    self.failing = failing
  }

  private var instant: ContinuousClock.Instant { start.advanced(by: .milliseconds(now)) }

  mutating func run(milliseconds: Int) {
    while now < milliseconds {
      let wake = act()
      now = [wake, call?.answerAt, nextChange].compactMap { $0 }.min() ?? milliseconds
      check()
      if let call, call.answerAt <= now { answer(isProtect: call.isProtect) }
      if let change = nextChange, change <= now { turn() }
    }
  }

  /// Does what the plan says until it waits. Returns until when.
  private mutating func act() -> Int? {
    while true {
      switch plan.next(now: instant) {
      case .protect: send(isProtect: true)
      case .drop: send(isProtect: false)
      case .pauseIntake: pause()
      case .resumeIntake: resume()
      case .finished: Issue.record("finished without a stop")
      case .wait(let until):
        guard let until else { return nil }
        #expect(until > instant)
        return Int((start.duration(to: until) / .milliseconds(1)).rounded(.up))
      }
    }
  }

  private mutating func send(isProtect: Bool) {
    #expect(call == nil && now - lastCall >= 1_000)
    lastCall = now
    calls += 1
    call = (isProtect, now + Int.random(in: Self.latency, using: &random))
  }

  private mutating func answer(isProtect: Bool) {
    call = nil
    let fails = Double.random(in: 0..<1, using: &random) < failing
    let isUncertain = fails && Bool.random(using: &random)
    if !fails || (isUncertain && Bool.random(using: &random)) {
      protectedUntil = isProtect ? now + term : 0
      if let droppedInPause, isProtect, failing == 0, !isBusy {
        #expect(now - droppedInPause >= 15_000)
        openings += 1
      }
      droppedInPause = isProtect || isBusy || pausedSince == nil ? nil : now
    }
    let answer: TaskProtectionPlan.Answer =
      fails ? .failed(isThrottling: Bool.random(using: &random), isUncertain: isUncertain) : .done
    if let news = plan.answered(answer, now: instant, jitter: .random(in: 0...1, using: &random)) {
      self.news.append(news)
    }
  }

  private mutating func pause() {
    #expect(pausedSince == nil && isBusy && failing < 1)
    pausedSince = now
    pauses += 1
    // The jobs that run now come to their end.
    if work == .flood { nextChange = now + Int.random(in: 1...50_000, using: &random) }
  }

  private mutating func resume() {
    #expect(pausedSince != nil)
    pausedSince = nil
    droppedInPause = nil
    resumed = now
    if isBusy, work == .flood { nextChange = nil }
    if !isBusy { nextChange = now + lull() }
  }

  /// Work begins or ends.
  private mutating func turn() {
    isBusy.toggle()
    busyChanged = now
    plan.workChanged(isBusy: isBusy, now: instant)
    if isBusy {
      droppedInPause = nil
      if pausedSince != nil { stragglers += 1 }
      nextChange = work == .flood ? nil : now + Int.random(in: 1...20_000, using: &random)
      return
    }
    // In a pause nothing begins any more, but for what an open receive brings now and then.
    let isStraggler = work != .flood && Int.random(in: 0..<4, using: &random) == 0
    nextChange = pausedSince == nil || isStraggler ? now + lull() : nil
  }

  private mutating func lull() -> Int {
    Int.random(in: 1...(work == .spells ? 300_000 : 2_000), using: &random)
  }

  private func check() {
    let time = Comment("at \(now) ms")
    if failing == 0 {
      // A drop that was on its way, the second after it, and the answer.
      if isBusy, now - busyChanged > 2_000 { #expect(now < protectedUntil, time) }
      if !isBusy, pausedSince == nil, now - max(busyChanged, resumed) > 63_000 { #expect(now >= protectedUntil, time) }
    }
    guard let pausedSince else { return }
    #expect(now - (isBusy ? pausedSince : max(pausedSince, busyChanged)) <= (isBusy ? term + 5_000 : 20_000), time)
  }
}
