import SQSD
import TestSupport

@testable import Daemon

/// Several daemons over one table and one queue, in a time of its own: the plan that ships (``TickPlan``), with everything
/// around it made up from a seed. Times in milliseconds from the start.
struct SimulatedWorld {
  enum Event {
    case start(daemon: Int)
    case wake(daemon: Int, Int)
    case leave(flight: Int)
    case arrive(flight: Int)
    case answer(flight: Int, TickClaim.Answer)
    case setClock(daemon: Int, by: Int)
    case stop(daemon: Int)
  }

  /// 2026-01-01T00:00:00Z.
  static let epoch: Int64 = 1_767_225_600_000
  static let tableTimeout = 3_000
  static let start = ContinuousClock.now

  let scenario: Scenario
  let mutant: Mutant?
  let times: TickTimes
  let tasks = [ScheduledTask.every(minutes: 1), ScheduledTask.every(minutes: 5)]
  var random: SeededRandom
  var now = 0
  var events = EventQueue<Event>()
  var daemons: [SimulatedDaemon] = []
  var table: SimulatedTable
  var flights: [Flight] = []
  var sendings: [Sending] = []
  var verdict = Verdict()
  /// Kept only when asked for: writing it takes most of the time.
  var history: [String]?

  init(
    seed: UInt64, kind: Scenario.Kind, _ guarding: Scenario.Guard = .table, mutant: Mutant? = nil,
    keepsHistory: Bool = false
  ) {
    random = SeededRandom(seed: seed)
    scenario = Scenario(kind, guarding, random: &random)
    self.mutant = mutant
    var times = TickTimes()
    if guarding == .fifo { times.catchUp = .seconds(240) }
    mutant?.change(&times)
    self.times = times
    table = SimulatedTable(mutant: mutant)
    history = keepsHistory ? [] : nil
    for daemon in 0..<scenario.daemons {
      daemons.append(SimulatedDaemon(offset: Int.random(in: -scenario.skew...scenario.skew, using: &random)))
      events.add(.start(daemon: daemon), at: Int.random(in: 0...90_000, using: &random))
    }
    for jump in scenario.jumps { events.add(.setClock(daemon: jump.daemon, by: jump.by), at: jump.at) }
    for stop in scenario.stops { events.add(.stop(daemon: stop.daemon), at: stop.at) }
  }

  /// What was promised and not kept.
  mutating func run() -> [String] {
    while let (time, event) = events.next(), time <= Scenario.end {
      now = time
      switch event {
      case .start(let daemon): begin(daemon)
      case .wake(let daemon, let wake): if daemons[daemon].wake == wake { act(daemon) }
      case .leave(let flight): leave(flight)
      case .arrive(let flight): arrive(flight)
      case .answer(let flight, let answer): take(answer, flight)
      case .setClock(let daemon, let by): setClock(of: daemon, by: by)
      case .stop(let daemon): stop(daemon)
      }
    }
    judge()
    return verdict.violations
  }

  // MARK: What happens to daemons

  private mutating func begin(_ daemon: Int) {
    daemons[daemon].incarnation += 1
    daemons[daemon].startedAt = now
    disturb(daemon)
    daemons[daemon].owner = mutant == .sharedOwner ? "sqsd" : "\(daemon)-\(daemons[daemon].incarnation)"
    daemons[daemon].missed = [:]
    daemons[daemon].lastSeen = [:]
    daemons[daemon].wasSet = false
    daemons[daemon].begun = [:]
    daemons[daemon].claimedAt = [:]
    daemons[daemon].answered = []
    daemons[daemon].isStopping = false
    daemons[daemon].plan = TickPlan(
      tasks: tasks, owner: daemons[daemon].owner, usesTable: scenario.guarding == .table,
      looksBack: scenario.guarding != .alone, times: times, now: moment(daemon))
    note(daemon, "starts")
    act(daemon)
  }

  mutating func die(_ daemon: Int) {
    note(daemon, "dies")
    verdict.trouble(daemons[daemon].open)
    for index in unmarked(daemon) { sendings[index].senderDied = true }
    end(daemon)
    events.add(.start(daemon: daemon), at: now + Int.random(in: 500...90_000, using: &random))
  }

  private mutating func end(_ daemon: Int) {
    daemons[daemon].plan = nil
    daemons[daemon].pausedUntil = nil
    daemons[daemon].open = []
    disturb(daemon)
  }

  mutating func pause(_ daemon: Int, for time: Int) {
    note(daemon, "is stopped for \(time) ms")
    verdict.trouble(daemons[daemon].open)
    for index in unmarked(daemon) { sendings[index].markWasHindered = true }
    daemons[daemon].pausedUntil = now + time
    disturb(daemon, until: now + time)
  }

  private mutating func setClock(of daemon: Int, by change: Int) {
    note(daemon, "has its clock set by \(change) ms")
    verdict.trouble(daemons[daemon].open)
    daemons[daemon].offset += change
    daemons[daemon].wasSet = true
    disturb(daemon)
    daemons[daemon].wake += 1
    // The service looks at the clock every second.
    wake(daemon, at: now + Int.random(in: 0...1_000, using: &random))
  }

  private mutating func stop(_ daemon: Int) {
    guard daemons[daemon].plan != nil, !daemons[daemon].isStopping else { return }
    note(daemon, "gets SIGTERM")
    verdict.trouble(daemons[daemon].open)
    daemons[daemon].isStopping = true
    disturb(daemon)
    daemons[daemon].plan?.stop()
    act(daemon)
  }

  private mutating func disturb(_ daemon: Int, until time: Int? = nil) {
    daemons[daemon].disturbedAt = max(daemons[daemon].disturbedAt, time ?? now)
    verdict.disturbances[daemon, default: []].append(now)
  }

  // MARK: What daemons do

  func moment(_ daemon: Int) -> Moment {
    Moment(
      wall: Self.epoch + Int64(daemons[daemon].wall(now) + (mutant == .early ? 1_000 : 0)),
      instant: Self.start.advanced(by: .milliseconds(now)))
  }

  private mutating func wake(_ daemon: Int, at time: Int) {
    events.add(.wake(daemon: daemon, daemons[daemon].wake), at: time)
  }

  mutating func act(_ daemon: Int) {
    daemons[daemon].wake += 1
    while daemons[daemon].plan != nil {
      if let until = daemons[daemon].pausedUntil {
        guard now >= until else { return wake(daemon, at: until) }
        daemons[daemon].pausedUntil = nil
      }
      let moment = moment(daemon)
      let action = daemons[daemon].plan?.next(now: moment)
      listen(daemon)
      switch action {
      case .call(let call): begin(call, daemon)
      case .wait(let until):
        checkIdle(daemon)
        let time = until.map { Self.milliseconds(until: $0) } ?? now + 60_000
        return wake(daemon, at: max(time, now + 1))
      case .finished:
        note(daemon, "ends")
        checkEnd(daemon)
        end(daemon)
        events.add(.start(daemon: daemon), at: now + Int.random(in: 500...30_000, using: &random))
        return
      case nil: return
      }
    }
  }

  static func milliseconds(until instant: ContinuousClock.Instant) -> Int {
    let (seconds, attoseconds) = start.duration(to: instant).components
    return Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }

  private mutating func listen(_ daemon: Int) {
    for news in daemons[daemon].plan?.takeNews() ?? [] {
      note(daemon, "\(news)")
      switch news {
      case .tookOver: verdict.counts.takeovers += 1
      case .left(let tick):
        daemons[daemon].open.remove(tick)
        checkLeft(tick, daemon)
      case .missed(let missed, _):
        daemons[daemon].open.remove(Tick(task: missed.task, scheduledAt: missed.last))
        daemons[daemon].missed[missed.task, default: []].append(missed.first...missed.last)
      case .sent(let tick, lag: _) where scenario.guarding != .table: daemons[daemon].open.remove(tick)
      default: break
      }
    }
  }

  mutating func note(_ daemon: Int, _ text: @autoclosure () -> String) {
    history?.append("\(now) \(daemons[daemon].owner) (clock \(daemons[daemon].wall(now))): \(text())")
  }
}
