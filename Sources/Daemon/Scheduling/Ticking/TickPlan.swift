import SQSD

/// All ticks of one daemon: which are due, which calls to make, and what an operator should hear. The decisions, without a
/// table, a queue, tasks or clocks.
struct TickPlan {
  typealias Instant = ContinuousClock.Instant

  /// What the service should do now.
  enum Action {
    /// Make a call; then tell what came of it by `answered`.
    case call(TickCall)
    /// Nothing before a call is answered, or before this moment. The wall clock may be set meanwhile: look again soon.
    case wait(until: Instant?)
    /// After `stop`: nothing is left to do.
    case finished
  }

  /// Ticks of which a call is under way at most, but for those that are ours already: a hundred tasks are due at midnight.
  static let callLimit = 16

  private struct Work {
    let tick: Tick
    let task: Int
    var claim: TickClaim
    /// Those before it at the start.
    var before: MissedTicks?
  }

  private let tasks: [ScheduledTask]
  private let owner: String
  private let usesTable: Bool
  private let times: TickTimes
  private var due: [DueTicks]
  private var works: [Int: Work] = [:]
  /// In the order in which they came due.
  private var order: [Int] = []
  private var lastID = 0
  private var callsUnderWay = 0
  private var latestWall: Int64
  private let startedAt: Timestamp
  private var table: DependencyHealth
  private var queue: DependencyHealth
  private var news: [TickNews] = []
  private var isStopping = false

  /// `owner` names this start of this daemon, and no other. `looksBack`: ticks from before the start may be sent too, since
  /// it is known, to the table or to a FIFO queue, whether they were.
  init(
    tasks: [ScheduledTask], owner: String, usesTable: Bool, looksBack: Bool, times: TickTimes, now: Moment
  ) {
    self.tasks = tasks
    self.owner = owner
    self.usesTable = usesTable
    self.times = times
    latestWall = now.wall
    startedAt = now.second
    // A tick is due in its second and not before it; one of this very second is not from before the start.
    let past = looksBack ? max(Int64(times.catchUp.components.seconds), 1) : 1
    due = tasks.map { DueTicks($0, now: now.second, past: past) }
    // A table is tried at once, so that what is wrong with it shows at the deployment, not at night.
    table = DependencyHealth(checkAt: usesTable ? now.instant : nil, times: times)
    queue = DependencyHealth(checkAt: nil, times: times)
    lookAtTheClock(now)
  }

  /// Why no ticks are sent, for whoever asks; nil if all is well.
  var complaint: String? {
    if let reason = table.reason { return "periodic tasks: the table fails: \(reason)" }
    return queue.reason.map { "periodic tasks: sending fails: \($0)" }
  }

  mutating func takeNews() -> [TickNews] {
    defer { news = [] }
    return news
  }

  mutating func next(now: Moment) -> Action {
    if isStopping {
      if works.isEmpty { return .finished }
    } else {
      lookAtTheClock(now)
      if table.beginCheck(now: now.instant) { return .call(.checkTable) }
    }
    var moments: [Instant?] = [isStopping ? nil : table.nextCheck]
    for id in order {
      guard var work = works[id] else { continue }
      if work.claim.mayWait, callsUnderWay >= Self.callLimit { continue }
      let step = work.claim.next(now: now)
      works[id] = work
      switch step {
      case .call(let call):
        callsUnderWay += 1
        return .call(.tick(id, work.tick, task: work.task, call))
      case .wait(let until): moments.append(until)
      case .ended(let end): finish(id, end, now)
      }
    }
    if isStopping, works.isEmpty { return .finished }
    if !isStopping { moments += due.map { $0.next.map { now.instant(at: $0) } } }
    return .wait(until: moments.compactMap { $0 }.min())
  }

  /// What became of a call, and why it failed if it did. `jitter`, from 0 to 1, spreads daemons that fail together.
  mutating func answered(
    _ call: TickCall, _ answer: TickClaim.Answer, reason: String?, now: Moment, jitter: Double
  ) {
    let hasFailed = answer == .failed || answer == .unknown
    switch call {
    case .checkTable:
      table.checkEnded(now: now.instant)
      noteTable(hasFailed: hasFailed, proves: true, reason, now, jitter)
    case .tick(let id, let tick, task: _, let what):
      callsUnderWay -= 1
      works[id]?.claim.answered(answer, now: now, jitter: jitter)
      for event in works[id]?.claim.takeEvents() ?? [] { note(event, of: tick) }
      if case .send = what {
        noteQueue(hasFailed: hasFailed, reason, now, jitter)
        if answer == .done {
          news.append(.sent(tick, lag: now.wall - tick.scheduledAt.secondsSince1970 * 1000))
        }
      } else if case .mark = what {
        noteTable(hasFailed: hasFailed, proves: answer == .done, reason, now, jitter)
      } else {
        // A role that may read and not write would come and go here: only a whole claim proves that all is well.
        noteTable(hasFailed: hasFailed, proves: false, reason, now, jitter)
      }
    }
  }

  mutating func stop() {
    isStopping = true
    for id in order { works[id]?.claim.stop() }
  }
}

extension TickPlan {
  private mutating func lookAtTheClock(_ now: Moment) {
    // Small steps back are a clock that is being put right.
    if latestWall - now.wall >= 1000 { news.append(.clockWentBack(seconds: (latestWall - now.wall) / 1000)) }
    latestWall = now.wall
    let oldest = Timestamp(millisecondsSince1970: now.wall - Int64(times.oldest / .milliseconds(1)))
    for task in due.indices {
      guard let found = due[task].take(now: now.second, oldest: oldest) else { continue }
      let isFromBefore = found.tick.map { $0 < startedAt } ?? true
      if let missed = found.missed, !isFromBefore || missed.first >= startedAt {
        news.append(.missed(missed, found.tick == nil ? .tooOld : .superseded))
      }
      guard let scheduledAt = found.tick else { continue }
      for id in order {
        guard let work = works[id], work.task == task, work.tick.scheduledAt < scheduledAt else { continue }
        works[id]?.claim.supersede()
      }
      lastID += 1
      order.append(lastID)
      works[lastID] = Work(
        tick: Tick(task: tasks[task].name, scheduledAt: scheduledAt), task: task,
        claim: TickClaim(scheduledAt: scheduledAt, owner: owner, usesTable: usesTable, times: times),
        before: isFromBefore && usesTable ? found.missed : nil)
    }
  }

  private mutating func finish(_ id: Int, _ end: TickClaim.End, _ now: Moment) {
    guard let work = works.removeValue(forKey: id) else { return }
    order.removeAll { $0 == id }
    switch end {
    // Told when it was sent.
    case .sent: if let before = work.before { news.append(.missedBeforeStart(before)) }
    case .left: news.append(.left(work.tick))
    case .missed(let loss):
      let tick = work.tick
      news.append(.missed(MissedTicks(task: tick.task, first: tick.scheduledAt, last: tick.scheduledAt), loss))
    }
  }

  private mutating func note(_ event: TickClaim.Event, of tick: Tick) {
    switch event {
    case .tookOver(let owner): news.append(.tookOver(tick, from: owner))
    case .answerLost: news.append(.answerLost(tick))
    case .overtaken(let owner): news.append(.overtaken(tick, by: owner))
    case .unmarked: news.append(.unmarked(tick))
    }
  }

  private mutating func noteTable(
    hasFailed: Bool, proves: Bool, _ reason: String?, _ now: Moment, _ jitter: Double
  ) {
    if hasFailed {
      if table.failed(reason ?? "no reason given", now: now.instant, jitter: jitter) {
        news.append(.tableFails(reason: reason ?? "no reason given"))
      }
    } else if proves, table.worked() {
      news.append(.tableWorks)
    }
  }

  private mutating func noteQueue(hasFailed: Bool, _ reason: String?, _ now: Moment, _ jitter: Double) {
    if hasFailed {
      if queue.failed(reason ?? "no reason given", now: now.instant, jitter: jitter) {
        news.append(.queueFails(reason: reason ?? "no reason given"))
      }
    } else if queue.worked() {
      news.append(.queueWorks)
    }
  }
}
