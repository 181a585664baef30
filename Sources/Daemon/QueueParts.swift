import AWS
import Curl
import Logging
import Settings

/// What all queues share.
struct SharedParts: Sendable {
  let settings: ParsedSettings
  let client: CurlClient
  let draining: Observed<Bool>
  let counters: Counters
  let meter: BusyMeter
  let signer: RequestSigner?
  let logger: Logger
}

/// The parts of one queue, wired together.
struct QueueParts: Sendable {
  let intake: Intake
  let settler: Settler
  let heartbeat: Heartbeat
  /// Of a FIFO queue only.
  let redriveCheck: RedriveCheck?
  private let rules: RetryRules
  private let address: QueueAddress
  private let queue: SQSQueue
  private let logger: Logger
  private let shared: SharedParts

  init(_ address: QueueAddress, capacity: Int, client: SQSClient, logger: Logger, _ shared: SharedParts) {
    let settings = shared.settings
    let visibilityTimeout = settings[SqsdSettings.visibilityTimeout]
    rules = RetryRules(
      success: settings[SqsdSettings.success], visibilityTimeout: visibilityTimeout,
      errorVisibilityTimeout: settings[SqsdSettings.errorVisibilityTimeout],
      backoff: settings[SqsdSettings.retryBackoff])
    self.address = address
    self.logger = logger
    self.shared = shared
    queue = SQSQueue(client: client, url: address.url)
    let caution =
      address.isFIFO
      ? ReceivingCaution(
        start: ContinuousClock.now, visibilityTimeout: visibilityTimeout, longestPause: rules.longestPause) : nil
    intake = Intake(capacity: capacity, caution: caution, meter: shared.meter)
    // As many as there are slots: few enough to be soon flushed, enough that a slow delete does not stop deliveries.
    settler = Settler(
      queue: queue, limit: max(2 * SettlementBatches.largestBatch, capacity), counters: shared.counters,
      logger: logger)
    heartbeat = Heartbeat(
      queue: queue, isOn: settings[SqsdSettings.heartbeat], visibilityTimeout: visibilityTimeout, logger: logger)
    redriveCheck =
      address.isFIFO ? RedriveCheck(client: client, queueURL: address.url, logger: logger) : nil
  }

  /// Why nothing is received, for whoever asks; nil if all is well.
  var complaint: String? {
    if intake.isPathRefused { return "the application refuses the path of queue \(address.name)" }
    let failures = intake.failures
    return failures > 0 ? "receiving from queue \(address.name) failed \(failures) times in a row" : nil
  }

  func poller(_ gate: ApplicationGate) -> Poller {
    let settings = shared.settings
    let application = application
    let handler = MessageHandler(
      delivery: Delivery(
        client: shared.client, application: application, queueName: address.name, gate: gate, logger: logger),
      rules: rules,
      retentionPeriod: settings[SqsdSettings.retentionPeriod], heartbeat: heartbeat,
      heartbeatIsOn: settings[SqsdSettings.heartbeat], intake: intake, settler: settler, counters: shared.counters,
      logger: logger)
    return Poller(
      queue: queue, visibilityTimeout: settings[SqsdSettings.visibilityTimeout],
      drainTimeout: settings[SqsdSettings.drainTimeout], intake: intake, handler: handler, settler: settler,
      gate: gate, groups: address.isFIFO ? MessageGroups() : nil, draining: shared.draining,
      counters: shared.counters, logger: logger)
  }

  private var application: Application {
    let settings = shared.settings
    return Application(
      address: settings[SqsdSettings.httpURL], path: address.path ?? settings[SqsdSettings.httpPath],
      mimeType: settings[SqsdSettings.mimeType], userAgent: settings[SqsdSettings.userAgent],
      connectTimeout: settings[SqsdSettings.connectTimeout],
      inactivityTimeout: settings[SqsdSettings.inactivityTimeout], success: settings[SqsdSettings.success],
      version: settings[SqsdSettings.http2] ? .http2PriorKnowledge : .http1, signer: shared.signer)
  }
}
