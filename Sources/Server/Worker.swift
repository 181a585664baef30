import Glibc
import HTTPCore
import Logging
import ServiceLifecycle
import Synchronization

/// The whole program without its command line: slots, endpoints, server and shutdown, wired together.
struct Worker: Sendable {
  let slots: JobSlots
  let runner: JobRunner
  let routes: WorkerRoutes
  let server: HTTPServer
  let drain: JobDrain
  private let retryAfterFiles: RetryAfterFiles?
  private let wasForced = Forced()

  /// How it ended, for the exit status.
  enum Ending: Equatable {
    case allJobsEnded
    /// Jobs had to be told to stop.
    case jobsStopped
  }

  init(
    _ configuration: WorkerConfiguration, environment: JobEnvironment, logger: Logger,
    onBound: @escaping @Sendable (ListenAddress) -> Void = { _ in }
  ) throws {
    let slots = JobSlots(concurrency: configuration.concurrency, waitingLimit: configuration.waiting)
    let runner = try JobRunner()
    let ticks = TickGate(
      overlap: configuration.scheduleOverlap, maxAge: configuration.scheduleMaxAge, waitingLimit: configuration.waiting)
    let retryAfterFiles = configuration.runsCommands ? Self.retryAfterFiles(configuration, environment, logger) : nil
    let signatures = configuration.signingKey.map { SignatureCheck(key: $0) }
    let calls = ApplicationCalls()
    let endpoint = { (name: String, work: Work?, ticks: TickGate?) in
      work.map {
        var endpoint = JobEndpoint(
          name: name, work: $0, environment: environment, rules: configuration.rules, slots: slots, runner: runner,
          logger: logger)
        endpoint.signatures = signatures
        endpoint.ticks = ticks
        endpoint.retryAfterFiles = retryAfterFiles
        return endpoint
      }
    }
    let works = configuration.works(calls)
    routes = WorkerRoutes(
      queuePath: configuration.queuePath, schedulePath: configuration.schedulePath,
      queue: endpoint("queue", works.queue, nil),
      schedule: endpoint("schedule", works.schedule, ticks), health: HealthEndpoint(slots: slots))
    var limits = HTTPLimits()
    limits.body = configuration.maxBody
    // Each job and each waiting request holds a connection; the rest is for health checks and for telling others 503.
    limits.connections = max(limits.connections, configuration.concurrency + configuration.waiting + 64)
    server = HTTPServer(
      address: configuration.address, limits: limits, drainTimeout: .seconds(5),
      unixSocketMode: configuration.socketMode,
      allowed: configuration.allowed, logger: logger, onBound: onBound, router: routes.router)
    let wasForced = wasForced
    drain = JobDrain(
      slots: slots, ticks: ticks, runner: runner, calls: calls, grace: configuration.grace,
      killAfter: configuration.rules.killAfter,
      logger: logger, onForced: { wasForced.flag.store(true, ordering: .relaxed) },
      onStuck: { Self.exitNow(runner, logger, because: "a job does not end, not even after SIGKILL") })
    self.slots = slots
    self.runner = runner
    self.retryAfterFiles = retryAfterFiles
  }

  /// In the order in which they need each other; shutdown runs backwards.
  var services: [any Service] {
    let (runner, logger) = (runner, drain.logger)
    return [SecondSignal { Self.exitNow(runner, logger, because: "a second signal") }, server, drain]
  }

  var ending: Ending { wasForced.flag.load(ordering: .relaxed) ? .jobsStopped : .allJobsEnded }

  private static func retryAfterFiles(
    _ configuration: WorkerConfiguration, _ environment: JobEnvironment, _ logger: Logger
  ) -> RetryAfterFiles? {
    // A container's root may be read-only; /dev/shm is writable in most of those.
    let files = RetryAfterFiles(in: [environment.temporaryDirectory, "/dev/shm"], owner: configuration.rules.user)
    if files == nil {
      logger.warning(
        "no directory can be made for SQSD_RETRY_AFTER_FILE, so jobs cannot say when they want to run again",
        metadata: ["tried": "\(environment.temporaryDirectory), /dev/shm"])
    }
    return files
  }

  private static func exitNow(_ runner: JobRunner, _ logger: Logger, because reason: String) {
    logger.error("exiting at once; jobs are killed", metadata: ["reason": "\(reason)"])
    runner.killAll()
    _exit(1)
  }
}

/// An atomic with an owner that can be copied.
private final class Forced: Sendable {
  let flag = Atomic(false)
}
