import Logging
import ServiceLifecycle

/// Tells SQS what became of messages, in batches, until SQS has taken it in.
///
/// It is a service that ends after the poller: settling what is done must survive the shutdown, or finished work would
/// be done again. Deliveries hand over and go on; only when `limit` settlements are pending do they wait.
actor Settler: Service {
  /// How long the flush at shutdown may take, retries included.
  static let flushTimeout: Duration = .seconds(5)

  private let queue: any MessageQueue
  private var limit: Int
  private let logger: Logger
  private let clock: ContinuousClock
  private let changes = Doorbell()

  private var batches = SettlementBatches()
  /// Settlements in calls that have not ended.
  private var sending = 0
  private var flushDeadline: ContinuousClock.Instant?
  private var waitingForRoom: [CheckedContinuation<Void, Never>] = []

  init(queue: any MessageQueue, limit: Int, logger: Logger, clock: ContinuousClock = ContinuousClock()) {
    self.queue = queue
    self.limit = limit
    self.logger = logger
    self.clock = clock
  }

  /// Takes a settlement over. Returns once it is in a batch, not once SQS knows it.
  func settle(_ settlement: Settlement) async {
    while batches.count + sending >= limit {
      await withCheckedContinuation { waitingForRoom.append($0) }
    }
    batches.add(settlement, now: clock.now)
    changes.ring()
  }

  /// Lets everybody in who waits for room. A poller that ends must not wait for an SQS that takes nothing; what comes in now
  /// is bounded by its slots.
  func liftLimit() {
    limit = .max
    makeRoom()
  }

  func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.sendAll() }
      group.addTask {
        // Throws when this service was cancelled instead.
        guard (try? await gracefulShutdown()) != nil else { return }
        await self.flush()
        try? await self.clock.sleep(for: Self.flushTimeout)
      }
      await group.next()
      group.cancelAll()
    }
    giveUp()
  }

  private func flush() {
    flushDeadline = clock.now.advanced(by: Self.flushTimeout)
    changes.ring()
  }

  private func sendAll() async {
    await withDiscardingTaskGroup { sends in
      while !Task.isCancelled {
        if let batch = batches.next(now: clock.now, isFlushing: flushDeadline != nil) {
          sending += batch.count
          sends.addTask { await self.send(batch) }
        } else if flushDeadline != nil {
          return
        } else {
          await changes.wait(until: batches.nextDue, clock: clock)
        }
      }
    }
  }

  private func send(_ batch: [Settlement]) async {
    let call = SettlementCall(queue: queue, logger: logger, clock: clock)
    await call.send(batch) { await self.flushDeadline }
    sending -= batch.count
    makeRoom()
  }

  private func makeRoom() {
    let waiting = waitingForRoom
    waitingForRoom = []
    for continuation in waiting { continuation.resume() }
  }

  /// Nothing is sent any more; a delivery that still waits for room must not wait for ever.
  private func giveUp() {
    if batches.count > 0 {
      logger.error(
        "settlements given up, their messages will come back",
        metadata: ["count": .stringConvertible(batches.count)])
    }
    batches = SettlementBatches()
    makeRoom()
  }
}
