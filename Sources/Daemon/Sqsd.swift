import AWS
import Curl
import FoundationEssentials
import Glibc
import HTTPCore
import Logging
import Logs
import ServiceLifecycle
import Settings
import UnixSignals

/// The running program: its parts, and their services in the order of dependence.
struct Sqsd {
  private let settings: ParsedSettings
  private let environment: [String: String]
  private let logger: Logger
  private let signer: RequestSigner?
  private let periodicTasks: CronSource

  init(settings: ParsedSettings, environment: [String: String]) throws(SettingsError) {
    self.settings = settings
    self.environment = environment
    let format = settings[SqsdSettings.logFormat]
    let level = settings[SqsdSettings.logLevel]
    logger = Logger(label: "sqsd") { _ in LineLog(format: format, level: level) }
    signer = try settings[SqsdSettings.signingSecretFile].map { path throws(SettingsError) in
      try RequestSigner(at: path)
    }
    periodicTasks = CronSource.find(settings, in: FileManager.default.currentDirectoryPath)
    let faults = [HTTP2.fault(settings), QueueShares.fault(settings), periodicTasks.fault].compactMap { $0 }
    guard faults.isEmpty else { throw SettingsError(faults) }
  }

  /// Returns after a drain. Throws when it cannot start.
  func run() async throws {
    // First of all: a SIGTERM that finds no handler ends the program at once, and as process 1 it is ignored.
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let addresses = settings[SqsdSettings.queueURL]
    let capacity = settings[SqsdSettings.httpConnections]
    let client = try CurlClient(
      maximumConnections: capacity + capacity / IntakePlan.largestReceive + Self.connectionsToSQS * addresses.count)
    let protection = try TaskProtection.agent(
      for: settings[SqsdSettings.taskProtection], client: client, environment: environment)
    var endpoints: [Endpoint.Resolution] = []
    for address in addresses {
      endpoints.append(
        try await Endpoint.find(.sqs, queue: try QueueURL(address.url), environment: environment, client: client))
    }
    guard let region = endpoints.first?.endpoint.region else { return }
    let clock = CorrectedClock()
    let credentials = CredentialUpkeep(
      environment: environment, client: client, region: region, clock: clock, logger: logger)
    try await credentials.start()
    announce(addresses, endpoints)

    let shared = SharedParts(
      settings: settings, client: client, draining: Observed(false), counters: Counters(), meter: BusyMeter(),
      signer: signer, logger: logger)
    let shares = QueueShares(capacity: capacity, weights: settings[SqsdSettings.queueShares], queues: addresses.count)
    let queues = zip(addresses, endpoints).enumerated().map { index, pair in
      QueueParts(
        pair.0, capacity: shares[index],
        client: SQSClient(
          client: client, endpoint: pair.1.endpoint, credentials: credentials.cache, clock: clock),
        // With one queue its name would only repeat itself in every line.
        logger: addresses.count > 1 ? logger.with("queue", pair.0.name) : logger, shared)
    }
    let gate = ApplicationGate(
      application: "\(settings[SqsdSettings.httpURL])", capacity: capacity, intakes: queues.map(\.intake),
      logger: logger)
    try await run(services(queues, gate, shared, credentials, protection), signals)
    logger.info("sqsd ended", metadata: shared.counters.values.metadata)
  }

  /// Settlements and one long poll, beside the connections to the application and the long polls of a backlog.
  private static let connectionsToSQS = 16

  /// Shut down backwards: the pollers drain, the heartbeats end, the settlers flush, the connections close, /health says so
  /// until then.
  private func services(
    _ queues: [QueueParts], _ gate: ApplicationGate, _ shared: SharedParts, _ credentials: CredentialUpkeep,
    _ protection: ECSAgent?
  ) -> [any Service] {
    let adminIsBound = Observed(false)
    let admin = AdminServer.service(
      at: settings[SqsdSettings.adminAddress], draining: shared.draining,
      complaints: { ([gate.complaint] + queues.map(\.complaint)).compactMap { $0 } }, logger: logger,
      onBound: { adminIsBound.update { $0 = true } })
    if admin == nil { adminIsBound.update { $0 = true } }
    let watch = ApplicationWatch(
      gate: gate,
      probe: ApplicationProbe(
        client: shared.client, address: settings[SqsdSettings.httpURL], healthPath: settings[SqsdSettings.healthPath],
        connectTimeout: settings[SqsdSettings.connectTimeout], userAgent: settings[SqsdSettings.userAgent]),
      capacityCheck: WorkerCapacityCheck(
        client: shared.client, address: settings[SqsdSettings.httpURL],
        connections: settings[SqsdSettings.httpConnections], userAgent: settings[SqsdSettings.userAgent],
        logger: logger))
    var services: [any Service] = []
    if let admin { services.append(admin) }
    services += [HTTPOut(client: shared.client), credentials]
    if let protection { services.append(taskProtection(by: protection, queues.map(\.intake), shared)) }
    // All queues drain at the same time: one after the other would take as many drain times, and those whose turn had not
    // come would receive what they only give back.
    var onClient: [any Service] = [
      Together(services: queues.map(\.settler)), Together(services: queues.map(\.heartbeat)), watch,
    ]
    onClient += queues.compactMap(\.redriveCheck)
    onClient.append(Together(services: queues.map { After(adminIsBound, service: $0.poller(gate)) }))
    return services + onClient.map { OnExecutor(client: shared.client, service: $0) }
  }

  private func taskProtection(by agent: ECSAgent, _ intakes: [Intake], _ shared: SharedParts) -> TaskProtection {
    TaskProtection(
      agent: agent, times: TaskProtectionTimes(term: settings[SqsdSettings.taskProtection] ?? .zero),
      busy: shared.meter.changes, pauseIntake: { isPaused in for intake in intakes { intake.pause(isPaused) } },
      logger: logger)
  }

  private func announce(_ addresses: [QueueAddress], _ endpoints: [Endpoint.Resolution]) {
    for (address, endpoint) in zip(addresses, endpoints) {
      logger.info(
        "sqsd started",
        metadata: [
          "version": "\(Version.current)", "queue": "\(address.url)", "endpoint": "\(endpoint.endpoint)",
          "application": "\(settings[SqsdSettings.httpURL])\(address.path ?? settings[SqsdSettings.httpPath])",
          "http.connections": .stringConvertible(settings[SqsdSettings.httpConnections]),
          "libcurl": "\(CurlClient.libraryVersion.split(separator: " ").first ?? "")",
        ])
    }
    let contradictions = Contradiction.all(
      in: settings, heartbeat: settings[SqsdSettings.heartbeat],
      isOnFargate: environment["AWS_EXECUTION_ENV"] == Contradiction.fargate)
    for warning in endpoints.flatMap(\.warnings) + settings.notes + (signer?.notes ?? [])
      + contradictions.map(\.description)
    {
      logger.warning("configuration", metadata: ["note": "\(warning)"])
    }
    periodicTasks.report(to: logger)
  }

  private func run(_ services: [any Service], _ signals: UnixSignalsSequence) async throws {
    let group = ServiceGroup(
      configuration: .init(
        services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
        logger: quiet))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      tasks.addTask {
        var isLeaving = false
        for await signal in signals {
          if isLeaving {
            logger.warning("second signal, leaving at once", metadata: ["signal": "\(signal)"])
            _exit(1)
          }
          isLeaving = true
          await group.triggerGracefulShutdown()
        }
      }
      try await tasks.next()
      tasks.cancelAll()
    }
  }

  /// The service group's own log is about the group; what it has to say to an operator is only what goes wrong.
  private var quiet: Logger {
    var logger = logger
    logger.logLevel = max(.error, logger.logLevel)
    return logger
  }
}

/// The HTTP client's connections, which close last.
private struct HTTPOut: Service {
  let client: CurlClient

  func run() async throws {
    try? await gracefulShutdown()
    client.shutdown()
  }
}

/// Services that begin and end together, as one in the order of dependence.
private struct Together: Service {
  let services: [any Service]

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for service in services { group.addTask { try await service.run() } }
      try await group.waitForAll()
    }
  }
}

/// Runs a service once something has become true, or not at all if the shutdown comes first: an address that is taken must
/// end the program before it has received what it cannot deliver.
private struct After<Wrapped: Service>: Service {
  let condition: Observed<Bool>
  let service: Wrapped

  init(_ condition: Observed<Bool>, service: Wrapped) {
    self.condition = condition
    self.service = service
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { _ = await condition.wait { $0 } }
    guard !Task.isShuttingDownGracefully else { return }
    try await service.run()
  }
}

/// Runs a service on the thread of the HTTP client, so that its calls start and end there without changing threads.
private struct OnExecutor: Service {
  let client: CurlClient
  let service: any Service

  func run() async throws {
    try await withTaskExecutorPreference(client.executor) { try await service.run() }
  }
}

extension Logger {
  fileprivate func with(_ name: String, _ value: String) -> Logger {
    var logger = self
    logger[metadataKey: name] = "\(value)"
    return logger
  }
}
