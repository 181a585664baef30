import AWS
import Logging

/// Sends one batch of settlements of one kind until every entry has been taken in, refused for good, or is too late.
///
/// A batch call answers 200 even if all its entries failed, so each entry is judged by itself, and only those that
/// failed are sent again. Repeating a delete or a visibility change does no harm.
struct SettlementCall {
  /// The pause before the first retry; doubled by each further one up to `longestPause`, with full jitter.
  static let firstPause: Duration = .milliseconds(100)
  static let longestPause: Duration = .seconds(5)
  /// How long one call may take, attempts within it included; less during a shutdown, which has time for few.
  static let callTimeout: Duration = .seconds(10)
  static let callTimeoutAtShutdown: Duration = .seconds(2)

  let queue: any MessageQueue
  let counters: Counters
  let logger: Logger
  let clock: ContinuousClock

  /// `flushDeadline` is asked before each retry: it is nil until a shutdown sets it.
  func send(_ batch: [Settlement], flushDeadline: @Sendable () async -> ContinuousClock.Instant?) async {
    var remaining = batch
    var attempt = 0
    while true {
      let failures = await attemptOnce(remaining, isFlushing: await flushDeadline() != nil)
      let again = failures.filter(\.isRetryable)
      for failure in failures where !failure.isRetryable { giveUp(failure.settlement, failure.reason) }
      guard let first = again.first else { return }
      if attempt == 0 {
        logger.warning(
          "settling failed, trying again",
          metadata: ["count": .stringConvertible(again.count), "reason": "\(first.reason)"])
      }
      let pause = min(Self.longestPause, Self.firstPause * (1 << min(attempt, 6))) * Double.random(in: 0.5...1)
      attempt += 1
      let retryAt = clock.now.advanced(by: pause)
      let limit = await flushDeadline()
      remaining = []
      for failure in again {
        if let limit, retryAt >= limit {
          giveUp(failure.settlement, "the time to shut down is over, and SQS did not take it: \(failure.reason)")
        } else if retryAt >= failure.settlement.deadline {
          giveUp(failure.settlement, "its time is over, and SQS did not take it: \(failure.reason)")
        } else {
          remaining.append(failure.settlement)
        }
      }
      guard !remaining.isEmpty else { return }
      guard await wait(until: retryAt, wasFlushing: limit != nil, flushDeadline) else {
        for settlement in remaining { giveUp(settlement, "the time to shut down is over") }
        return
      }
    }
  }

  /// In steps, because a shutdown that begins meanwhile has no time for a long pause: the next attempt comes at once then.
  /// Returns false when cancelled.
  private func wait(
    until moment: ContinuousClock.Instant, wasFlushing: Bool,
    _ flushDeadline: @Sendable () async -> ContinuousClock.Instant?
  ) async -> Bool {
    while clock.now < moment {
      if !wasFlushing, await flushDeadline() != nil { return true }
      let step = min(moment, clock.now.advanced(by: .milliseconds(500)))
      guard (try? await clock.sleep(until: step)) != nil else { return false }
    }
    return true
  }

  private struct Failure {
    let settlement: Settlement
    let reason: String
    let isRetryable: Bool
  }

  /// Ends the entries that SQS took, and returns the others.
  private func attemptOnce(_ batch: [Settlement], isFlushing: Bool) async -> [Failure] {
    let deadline = clock.now.advanced(by: isFlushing ? Self.callTimeoutAtShutdown : Self.callTimeout)
    do {
      let result = try await call(batch, deadline)
      let failures = Dictionary(result.failed.map { ($0.id, $0) }) { first, _ in first }
      return batch.enumerated().compactMap { index, settlement in
        guard let failure = failures["\(index)"] else {
          done(settlement)
          return nil
        }
        return Failure(settlement: settlement, reason: failure.description, isRetryable: !failure.senderFault)
      }
    } catch {
      // A whole call that failed says nothing about its entries: IAM, the network or SQS itself is in the way, and all
      // of these may be mended before the messages' time is up.
      return batch.map { Failure(settlement: $0, reason: "\(error)", isRetryable: !Task.isCancelled) }
    }
  }

  private func call(_ batch: [Settlement], _ deadline: ContinuousClock.Instant) async throws -> BatchResult {
    if batch.first?.action == .delete {
      return try await queue.delete(batch.map(\.receiptHandle), deadline: deadline)
    }
    return try await queue.changeVisibility(
      batch.map { settlement in
        guard case .changeVisibility(let after) = settlement.action else { return (settlement.receiptHandle, 0) }
        return (settlement.receiptHandle, Int(after.components.seconds))
      }, deadline: deadline)
  }

  private func done(_ settlement: Settlement) {
    if settlement.action == .delete {
      let isLate = clock.now > settlement.hiddenUntil()
      counters.count {
        $0.deleted += 1
        if isLate { $0.lateDeletes += 1 }
      }
      if isLate {
        logger.warning(
          "message deleted late: its visibility had run out, it may have been delivered twice",
          metadata: ["message.id": "\(settlement.messageID)"])
      }
    }
    settlement.onEnd(.done)
  }

  func giveUp(_ settlement: Settlement, _ reason: String) {
    switch settlement.action {
    case .delete:
      counters.count { $0.lostDeletes += 1 }
      logger.error(
        "message not deleted, it will be delivered again",
        metadata: ["message.id": "\(settlement.messageID)", "reason": "\(reason)"])
    case .changeVisibility:
      logger.warning(
        "visibility not changed, the message comes back after its visibility timeout",
        metadata: ["message.id": "\(settlement.messageID)", "reason": "\(reason)"])
    }
    settlement.onEnd(.givenUp)
  }
}
