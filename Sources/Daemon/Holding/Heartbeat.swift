import AWS
import Logging
import ServiceLifecycle

/// Keeps messages hidden from others for as long as they are in our hands, so that no job has to be shorter than the
/// visibility timeout.
///
/// One look at all of them each tenth of the visibility timeout, not a timer for each: most messages are gone long before
/// their first extension. It ends after the poller, which still has running deliveries while it drains.
final class Heartbeat: Service {
  private let queue: any MessageQueue
  private let isOn: Bool
  private let visibilityTimeout: Duration
  private let logger: Logger
  private let clock: ContinuousClock
  private let held: Observed<HeldMessages>
  /// Extensions fail; said once, until one succeeds.
  private let isFailing = Observed(false)

  init(
    queue: any MessageQueue, isOn: Bool, visibilityTimeout: Duration, logger: Logger,
    clock: ContinuousClock = ContinuousClock()
  ) {
    self.queue = queue
    self.isOn = isOn
    self.visibilityTimeout = visibilityTimeout
    self.logger = logger
    self.clock = clock
    held = Observed(HeldMessages(visibilityTimeout: visibilityTimeout))
  }

  func run() async throws {
    guard isOn else {
      try? await gracefulShutdown()
      return
    }
    let tick = min(.seconds(10), max(.milliseconds(100), visibilityTimeout / 10))
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { calls in
        while (try? await self.clock.sleep(for: tick)) != nil {
          let due = self.held.update { $0.takeDue(now: self.clock.now) }
          // Calls of their own, so that one that hangs does not hold the others up.
          for start in stride(from: 0, to: due.count, by: SettlementBatches.largestBatch) {
            let batch = due[start..<min(start + SettlementBatches.largestBatch, due.count)]
            calls.addTask { await self.extend(Array(batch)) }
          }
        }
      }
    }
  }

  // MARK: What deliveries say and ask

  func hold(_ message: Message, receivedAt: ContinuousClock.Instant) -> HeldMessages.ID {
    held.update { $0.add(messageID: message.id, receiptHandle: message.receiptHandle, receivedAt: receivedAt) }
  }

  /// SQS knows what became of it.
  func letGo(_ id: HeldMessages.ID) {
    held.update { $0.remove(id) }
  }

  /// Ends the extensions of one message before its visibility is set to something else: one that is on its way would undo
  /// that. Returns true if any has been made.
  func finish(_ id: HeldMessages.ID) async -> Bool {
    if held.update({ $0.finish(id) }) { await held.wait { !$0.isBeating(id) } }
    return held.read { $0.isExtended(id) }
  }

  /// After this moment others may have received the message.
  func hiddenUntil(_ id: HeldMessages.ID) -> ContinuousClock.Instant {
    held.read { $0.hiddenUntil(id) } ?? clock.now
  }

  // MARK: Telling SQS

  /// A call that hangs must leave time for others before the visibility runs out.
  private var patience: Duration { max(.milliseconds(500), visibilityTimeout / 8) }

  private func extend(_ batch: [HeldMessages.Extension]) async {
    let askedAt = clock.now
    let reason: String?
    do {
      let result = try await queue.changeVisibility(
        batch.map { (receiptHandle: $0.receiptHandle, seconds: $0.seconds) }, deadline: askedAt.advanced(by: patience))
      reason = note(result, of: batch, askedAt)
    } catch {
      reason = "\(error)"
      for entry in batch { _ = held.update { $0.failed(entry, isFinal: false, mayHaveWorked: true) } }
      if Task.isCancelled { return }
    }
    report(reason)
  }

  /// Returns why an entry failed that may succeed later.
  private func note(
    _ result: BatchResult, of batch: [HeldMessages.Extension], _ askedAt: ContinuousClock.Instant
  ) -> String? {
    var reason: String?
    let failures = Dictionary(result.failed.map { ($0.id, $0) }) { first, _ in first }
    for (index, entry) in batch.enumerated() {
      guard let failure = failures["\(index)"] else {
        held.update { $0.extended(entry, askedAt: askedAt) }
        continue
      }
      let messageID = held.update { $0.failed(entry, isFinal: failure.senderFault) }
      if !failure.senderFault {
        reason = failure.description
      } else if let messageID {
        logger.warning(
          "visibility ran out, the message may be delivered twice",
          metadata: ["message.id": "\(messageID)", "reason": "\(failure.awsCode): \(failure.message)"])
      }
    }
    return reason
  }

  private func report(_ reason: String?) {
    let isFailingNow = reason != nil
    let hasChanged = isFailing.update { state in
      defer { state = isFailingNow }
      return state != isFailingNow
    }
    guard hasChanged else { return }
    if let reason {
      logger.warning(
        "visibility is not extended, trying again; messages whose time runs out meanwhile are delivered twice",
        metadata: ["reason": "\(reason)"])
    } else {
      logger.info("visibility is extended again")
    }
  }
}
