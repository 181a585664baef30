import AWS
import Curl
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

  init(settings: ParsedSettings, environment: [String: String]) {
    self.settings = settings
    self.environment = environment
    let format = settings[SqsdSettings.logFormat]
    let level = settings[SqsdSettings.logLevel]
    logger = Logger(label: "sqsd") { _ in LineLog(format: format, level: level) }
  }

  /// Returns after a drain. Throws when it cannot start.
  func run() async throws {
    // First of all: a SIGTERM that finds no handler ends the program at once, and as process 1 it is ignored.
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    guard let address = settings[SqsdSettings.queueURL].first else { return }
    let capacity = settings[SqsdSettings.httpConnections]
    let client = try CurlClient(
      maximumConnections: capacity + capacity / IntakePlan.largestReceive + Self.connectionsToSQS)
    let endpoint = try await Endpoint.find(
      .sqs, queue: try QueueURL(address.url), environment: environment, client: client)
    let credentials = CredentialUpkeep(
      environment: environment, client: client, region: endpoint.endpoint.region, logger: logger)
    try await credentials.start()
    announce(address, endpoint)

    let queue = SQSQueue(
      client: SQSClient(client: client, endpoint: endpoint.endpoint, credentials: credentials.cache), url: address.url)
    // As many as there are slots: few enough to be soon flushed, enough that a slow delete does not stop deliveries.
    let settler = Settler(queue: queue, limit: max(2 * SettlementBatches.largestBatch, capacity), logger: logger)
    let draining = Flag()
    let poller = Poller(
      queue: queue, capacity: capacity, visibilityTimeout: settings[SqsdSettings.visibilityTimeout],
      drainTimeout: settings[SqsdSettings.drainTimeout],
      delivery: Delivery(
        client: client, application: application(for: address), queueName: address.name, logger: logger),
      settler: settler, draining: draining, logger: logger)
    var services: [any Service] = []
    let adminIsBound = Doorbell()
    if let admin = AdminServer.service(
      at: settings[SqsdSettings.adminAddress], draining: draining, logger: logger, onBound: adminIsBound.ring)
    {
      services.append(admin)
    } else {
      adminIsBound.ring()
    }
    // Shut down backwards: the poller drains, the settler flushes, the connections close, /health says so until then.
    services += [
      HTTPOut(client: client), credentials, OnExecutor(client: client, service: settler),
      OnExecutor(client: client, service: After(adminIsBound, service: poller)),
    ]
    try await run(services, signals)
    logger.info("sqsd ended")
  }

  /// Settlements and one long poll, beside the connections to the application and the long polls of a backlog.
  private static let connectionsToSQS = 16

  private func application(for queue: QueueAddress) -> Application {
    Application(
      address: settings[SqsdSettings.httpURL], path: queue.path ?? settings[SqsdSettings.httpPath],
      mimeType: settings[SqsdSettings.mimeType], userAgent: settings[SqsdSettings.userAgent],
      connectTimeout: settings[SqsdSettings.connectTimeout],
      inactivityTimeout: settings[SqsdSettings.inactivityTimeout], success: settings[SqsdSettings.success])
  }

  private func announce(_ address: QueueAddress, _ endpoint: Endpoint.Resolution) {
    logger.info(
      "sqsd started",
      metadata: [
        "version": "\(Version.current)", "queue": "\(address.url)", "endpoint": "\(endpoint.endpoint)",
        "application": "\(settings[SqsdSettings.httpURL])\(application(for: address).path)",
        "http.connections": .stringConvertible(settings[SqsdSettings.httpConnections]),
        "libcurl": "\(CurlClient.libraryVersion.split(separator: " ").first ?? "")",
      ])
    for warning in endpoint.warnings + settings.notes {
      logger.warning("configuration", metadata: ["note": "\(warning)"])
    }
    if settings[SqsdSettings.inactivityTimeout] >= settings[SqsdSettings.visibilityTimeout] {
      logger.warning(
        "configuration",
        metadata: [
          "note": """
          --inactivity-timeout is not below --visibility-timeout: a message whose job takes longer than the latter is \
          delivered a second time while the first is still at work
          """
        ])
    }
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

/// Runs a service once a bell has rung, or not at all if the shutdown comes first: an address that is taken must end the
/// program before it has received what it cannot deliver.
private struct After<Wrapped: Service>: Service {
  let bell: Doorbell
  let service: Wrapped

  init(_ bell: Doorbell, service: Wrapped) {
    self.bell = bell
    self.service = service
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { await bell.wait() }
    guard !Task.isShuttingDownGracefully else { return }
    try await service.run()
  }
}

/// Runs a service on the thread of the HTTP client, so that its calls start and end there without changing threads.
private struct OnExecutor<Wrapped: Service>: Service {
  let client: CurlClient
  let service: Wrapped

  func run() async throws {
    try await withTaskExecutorPreference(client.executor) { try await service.run() }
  }
}
