import AWS
import Curl
import Logging
import ServiceLifecycle
import Settings

/// Keeps ECS from stopping this task while it works: ``TaskProtectionPlan`` with the waiting and the calls added.
///
/// It belongs before the services that deliver, so that it ends after them and protection lasts until the drain is over.
actor TaskProtection: Service {
  /// How long dropping the protection may take at the end, a call that still runs included.
  static let leaveTimeout: Duration = .seconds(5)

  private let agent: any ProtectionAgent
  private let busy: AsyncStream<Bool>
  private let pauseIntake: @Sendable (Bool) async -> Void
  private let logger: Logger
  private let clock: ContinuousClock
  private let changes = Doorbell()
  private var plan: TaskProtectionPlan
  private var isOn = false

  /// `busy` says when the first message comes into our hands and when the last one has left them. `pauseIntake(true)` ends
  /// receiving until `pauseIntake(false)`; neither may wait for messages that are under way.
  init(
    agent: any ProtectionAgent, times: TaskProtectionTimes, busy: AsyncStream<Bool>,
    pauseIntake: @escaping @Sendable (Bool) async -> Void, logger: Logger, clock: ContinuousClock = ContinuousClock()
  ) {
    self.agent = agent
    self.busy = busy
    self.pauseIntake = pauseIntake
    self.logger = logger
    self.clock = clock
    plan = TaskProtectionPlan(times: times)
  }

  /// The agent of this task, nil if `--task-protection` is off. Throws when it is on where there is none.
  static func agent(
    for term: Duration?, client: CurlClient, environment: [String: String]
  ) throws -> ECSAgent? {
    guard term != nil else { return nil }
    guard let agent = try ECSAgent(client: client, environment: environment) else {
      throw SettingsError([
        """
        --task-protection needs \(ECSAgent.variable), which ECS sets in the containers of its tasks; \
        leave it off elsewhere
        """
      ])
    }
    return agent
  }

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

  private func stop() {
    plan.stop()
    changes.ring()
  }

  private func work() async {
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await isBusy in self.busy { await self.workChanged(isBusy) }
      }
      await act()
      group.cancelAll()
    }
  }

  private func workChanged(_ isBusy: Bool) {
    plan.workChanged(isBusy: isBusy, now: clock.now)
    changes.ring()
  }

  private func act() async {
    while !Task.isCancelled {
      switch plan.next(now: clock.now) {
      case .protect: await call(isProtect: true)
      case .drop: await call(isProtect: false)
      case .pauseIntake:
        logger.info("intake pauses, so that a deployment can stop this task once its jobs have ended")
        await pauseIntake(true)
      case .resumeIntake:
        logger.info("intake goes on")
        await pauseIntake(false)
      case .wait(let moment): await changes.wait(until: moment, clock: clock)
      case .finished: return
      }
    }
  }

  private func call(isProtect: Bool) async {
    let minutes = Int(plan.times.term.components.seconds / 60)
    var failure: (any Error)?
    do {
      if isProtect { try await agent.protect(minutes: minutes) } else { try await agent.endProtection() }
    } catch {
      failure = error
    }
    let error = failure as? AWSError
    let answer: TaskProtectionPlan.Answer =
      failure == nil
      ? .done : .failed(isThrottling: error?.isThrottling ?? false, isUncertain: error?.isAmbiguous ?? true)
    switch plan.answered(answer, now: clock.now, jitter: .random(in: 0...1)) {
    case .failing?:
      logger.warning(
        "task protection fails, delivery goes on",
        metadata: ["wanted": isProtect ? "on" : "off", "error": "\(failure.map { "\($0)" } ?? "")"])
    case .works?: logger.info("task protection works again")
    case nil: break
    }
    guard failure == nil, isOn != isProtect else { return }
    isOn = isProtect
    logger.info(
      isProtect ? "task protected" : "task not protected",
      metadata: isProtect ? ["minutes": .stringConvertible(minutes)] : [:])
  }
}
