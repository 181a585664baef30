import Glibc
import HTTPCore
import Logging
import Logs
import ServiceLifecycle
import Settings
import UnixSignals

/// The running program: its parts wired together.
struct LocalSQS {
  private let settings: ParsedSettings
  private let logger: Logger

  init(settings: ParsedSettings) {
    self.settings = settings
    let format = settings[LocalSQSSettings.logFormat]
    let level = settings[LocalSQSSettings.logLevel]
    logger = Logger(label: "local-sqs") { _ in LineLog(format: format, level: level) }
  }

  /// Returns after a signal. Throws when it cannot start.
  func run() async throws {
    let clock = Self.clock()
    var store = QueueStore(seed: UInt64.random(in: 0...UInt64.max))
    try InitialQueues.create(in: &store, settings: settings, now: clock())
    for note in settings.notes { logger.warning("configuration", metadata: ["note": "\(note)"]) }

    let names = store.names.joined(separator: ",")
    let host = QueueHost(store: store, now: clock)
    let latency = Duration.milliseconds(settings[LocalSQSSettings.latency])
    let endpoint = SQSEndpoint(host: host, latency: latency)
    var limits = HTTPLimits()
    // A body of 1 MiB may take six times as many bytes in JSON, and base64 attributes come on top.
    limits.body = 8 * 1_048_576
    let server = HTTPServer(
      address: settings[LocalSQSSettings.address], limits: limits, drainTimeout: latency + .seconds(2), logger: logger,
      onBound: { announce($0, queues: names) },
      responder: { request, exchange in await endpoint.respond(to: request, exchange: exchange) })

    var quiet = logger
    quiet.logLevel = max(.error, logger.logLevel)
    // Shut down backwards: waiting receives are answered first, then the server can drain.
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: server), .init(service: host)], gracefulShutdownSignals: [.sigterm, .sigint],
        logger: quiet))
    try await group.run()
    logger.info("local-sqs ended")
    if settings[LocalSQSSettings.logFormat] == .text { StandardOutput.write(Array((host.stats.summary + "\n").utf8)) }
  }

  private func announce(_ address: ListenAddress, queues: String) {
    logger.info(
      "local-sqs listening",
      metadata: [
        "address": "\(address)", "version": "\(Version.current)", "queues": "\(queues)",
        "note": "for development only; all queues and messages are lost when it ends",
      ])
    if !address.isLoopback {
      logger.warning(
        "reachable from other machines",
        metadata: [
          "address": "\(address)", "note": "no signature is checked: everybody who can connect may do everything",
        ])
    }
  }

  /// The wall clock as it was at the start, carried on by the monotonic one: timeouts do not jump with the wall clock.
  private static func clock() -> @Sendable () -> Timestamp {
    let start = LogTime.now.milliseconds
    let startInstant = ContinuousClock.now
    return {
      let passed = startInstant.duration(to: .now).components
      return Timestamp(milliseconds: start + passed.seconds * 1000 + passed.attoseconds / 1_000_000_000_000_000)
    }
  }
}
