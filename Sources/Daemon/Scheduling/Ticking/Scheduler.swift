import Logging
import ServiceLifecycle

/// Sends the ticks of the periodic tasks: ``TickPlan`` with the waiting and the calls added.
///
/// On a graceful shutdown it begins no tick any more; what is claimed is sent or given back, within `leaveTimeout`.
actor Scheduler: Service {
  /// A send takes five seconds at most, a mark or what is given back three.
  static let leaveTimeout: Duration = .seconds(9)
  /// How soon a wall clock that was set is noticed.
  static let longestSleep: Duration = .seconds(1)

  private let calls: any TickCalls
  private let log: TickLog
  private let clock: ContinuousClock
  private let wall: @Sendable () -> Int64
  private let changes = Doorbell()
  private let complaints = Observed<String?>(nil)
  private var plan: TickPlan

  /// `wall`: milliseconds since 1970, rounded down.
  init(
    tasks: [ScheduledTask], calls: any TickCalls, owner: String, usesTable: Bool, looksBack: Bool, times: TickTimes,
    logger: Logger, clock: ContinuousClock = ContinuousClock(), wall: @escaping @Sendable () -> Int64
  ) {
    self.calls = calls
    log = TickLog(logger: logger)
    self.clock = clock
    self.wall = wall
    plan = TickPlan(
      tasks: tasks, owner: owner, usesTable: usesTable, looksBack: looksBack, times: times,
      now: Moment(wall: wall(), instant: clock.now))
  }

  /// Why no ticks are sent, for whoever asks; nil if all is well.
  nonisolated var complaint: String? { complaints.value }

  func run() async throws {
    // Two children: the work, and the limit of its time once it is to end. Whichever ends first ends the other.
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.work() }
      group.addTask {
        // Throws when this service was cancelled instead.
        guard (try? await gracefulShutdown()) != nil else { return }
        await self.stop()
        try? await self.clock.sleep(for: Self.leaveTimeout)
      }
      await group.next()
      group.cancelAll()
    }
  }

  private var now: Moment { Moment(wall: wall(), instant: clock.now) }

  private func stop() {
    plan.stop()
    changes.ring()
  }

  private func work() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let action = plan.next(now: now)
        tell()
        switch action {
        case .call(let call):
          group.addTask { await self.answered(call, await self.calls.perform(call)) }
        case .wait(let until):
          let soon = clock.now.advanced(by: Self.longestSleep)
          await changes.wait(until: min(until ?? soon, soon), clock: clock)
        case .finished: return
        }
      }
      group.cancelAll()
    }
  }

  private func answered(_ call: TickCall, _ answer: TickAnswer) {
    plan.answered(call, answer.answer, reason: answer.reason, now: now, jitter: .random(in: 0...1))
    tell()
    changes.ring()
  }

  private func tell() {
    for news in plan.takeNews() { log.tell(news) }
    let complaint = plan.complaint
    if complaint != complaints.value { complaints.update { $0 = complaint } }
  }
}
