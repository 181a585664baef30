import AWS
import Curl
import FoundationEssentials
import Logging
import Settings

/// What the scheduler shares with the rest of the program.
struct SchedulerContext {
  let settings: ParsedSettings
  let environment: [String: String]
  let client: CurlClient
  let credentials: any CredentialProvider
  let clock: CorrectedClock
  let logger: Logger
}

extension Scheduler {
  /// The scheduler of these tasks, wired to Amazon. Nil if there are no tasks, or nothing that keeps several daemons apart: that
  /// is said loudly, and delivery goes on.
  static func make(tasks: [ScheduledTask], _ context: SchedulerContext) async throws -> Scheduler? {
    let (settings, logger) = (context.settings, context.logger)
    guard !tasks.isEmpty, let queue = TickGuard.queue(settings) else { return nil }
    guard let guarding = TickGuard(settings, isFIFO: queue.isFIFO) else {
      logger.error(
        "periodic tasks are off, delivery goes on",
        metadata: [
          "tasks": .stringConvertible(tasks.count), "reason": "\(TickGuard.reasonForOff(settings) ?? "")",
        ])
      return nil
    }
    let resolution = try await Endpoint.find(
      .sqs, queue: try QueueURL(queue.url), environment: context.environment, client: context.client)
    var table: ClaimTable?
    if case .table(let name) = guarding {
      table = try await claimTable(name, queue, region: resolution.endpoint.region, context)
    }
    // Of a queue that is polled too they were told.
    let warnings = settings[SqsdSettings.cronQueue] == nil ? [] : resolution.warnings
    for warning in warnings + [guarding.note].compactMap({ $0 }) {
      logger.warning("configuration", metadata: ["note": "\(warning)"])
    }
    var times = TickTimes()
    times.catchUp = guarding.catchUp(settings)
    let owner = newOwner()
    logger.info(
      "periodic tasks",
      metadata: [
        "tasks": .stringConvertible(tasks.count), "queue": "\(queue.url)", "claims": "\(guarding)",
        "catch.up": .stringConvertible(times.catchUp.inSeconds), "owner": "\(owner)",
      ])
    return Scheduler(
      tasks: tasks,
      calls: AmazonTickCalls(
        table: table,
        queue: SQSClient(
          client: context.client, endpoint: resolution.endpoint, credentials: context.credentials,
          clock: context.clock),
        queueURL: queue.url, isFIFO: queue.isFIFO, tasks: tasks),
      owner: owner, usesTable: table != nil, looksBack: guarding != .alone, times: times, logger: logger,
      wall: wallClock)
  }

  private static func claimTable(
    _ name: String, _ queue: QueueAddress, region: String, _ context: SchedulerContext
  ) async throws -> ClaimTable {
    // A table is where the queue is, if nothing says otherwise.
    let resolution = try await Endpoint.find(
      .dynamodb, fallbackRegion: region, environment: context.environment, client: context.client)
    for warning in resolution.warnings {
      context.logger.warning("configuration", metadata: ["note": "\(warning)"])
    }
    return ClaimTable(
      client: DynamoDBClient(
        client: context.client, endpoint: resolution.endpoint, credentials: context.credentials,
        clock: context.clock),
      name: name, queue: queue.name, wall: wallClock)
  }

  /// The system's clock, not the one that answers of AWS have put right: schedules are by what people can look at.
  private static let wallClock: @Sendable () -> Int64 = {
    Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))
  }

  /// 64 bits that no other start of any daemon has.
  private static func newOwner() -> String {
    String(UInt64.random(in: 0 ... .max), radix: 36)
  }
}
