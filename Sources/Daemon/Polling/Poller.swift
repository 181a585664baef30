import AWS
import Logging
import ServiceLifecycle

/// Receives the messages of one queue while there are free slots, and sees each one through to its settlement.
///
/// On a graceful shutdown it opens no further receive. The open long poll may still return, because SQS may have handed
/// out messages that an aborted one would hide until their visibility timeout; what it brings is given back at once.
/// Running deliveries have `drainTimeout`; then they are cut off, and their messages given back.
struct Poller: Service {
  /// SQS's longest (Amazon SQS Developer Guide, "short and long polling"): the cheapest, and no slower than a short one.
  static let wait = 20

  let queue: any MessageQueue
  let capacity: Int
  let visibilityTimeout: Duration
  let drainTimeout: Duration
  let delivery: Delivery
  let settler: Settler
  /// Raised when the drain begins.
  let draining: Flag
  let logger: Logger
  var clock = ContinuousClock()

  func run() async throws {
    let intake = Intake(capacity: capacity, clock: clock)
    // Two children: the work, and the limit of its time. Whichever ends first ends the other.
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await work(intake) }
      group.addTask {
        // Throws when the work has ended first.
        guard (try? await gracefulShutdown()) != nil else { return }
        draining.raise()
        logger.info("draining", metadata: ["drain.timeout": .stringConvertible(drainTimeout.inSeconds)])
        await intake.stop()
        try? await clock.sleep(for: drainTimeout)
      }
      await group.next()
      group.cancelAll()
      await settler.liftLimit()
    }
  }

  private func work(_ intake: Intake) async {
    await withDiscardingTaskGroup { receives in
      while let count = await intake.nextReceive() {
        receives.addTask { await receive(count, intake) }
      }
    }
  }

  /// One receive and the deliveries of what it brought.
  private func receive(_ count: Int, _ intake: Intake) async {
    let started = clock.now
    let received: ReceivedMessages
    do {
      received = try await queue.receive(
        maximum: count, wait: Self.wait, visibilityTimeout: Int(visibilityTimeout.components.seconds))
    } catch {
      await failed(count, error, intake)
      return
    }
    // The visibility timeout began when SQS answered, which is a little before this.
    let receivedAt = clock.now
    await intake.received(received.messages.count, of: count, took: started.duration(to: receivedAt))
    for refused in received.refused {
      logger.error("message refused", metadata: ["reason": "\(refused)"])
    }
    await withDiscardingTaskGroup { deliveries in
      for message in received.messages {
        deliveries.addTask {
          if draining.isRaised {
            await giveBack(message, receivedAt)
          } else {
            await deliver(message, receivedAt)
          }
          await intake.finished()
        }
      }
    }
  }

  private func failed(_ count: Int, _ error: any Error, _ intake: Intake) async {
    let (pause, failures) = await intake.receiveFailed(of: count)
    if let error = error as? AWSError, error.code == .cancelled {
      // The drain time is over; there is nobody to receive for.
      logger.info("open receive cut off")
      return
    }
    logger.error(
      "receive failed",
      metadata: [
        "error": "\(error)", "failures": .stringConvertible(failures), "pause": .stringConvertible(pause.inSeconds),
      ])
  }

  private func deliver(_ message: Message, _ receivedAt: ContinuousClock.Instant) async {
    let report = await delivery.deliver(message, receivedAt: receivedAt)
    report.log(to: logger)
    switch report.disposition {
    case .delete:
      await settle(message, .delete, receivedAt)
    case .release(let after):
      await settle(message, .changeVisibility(after), receivedAt)
    case .leave:
      break
    }
  }

  private func giveBack(_ message: Message, _ receivedAt: ContinuousClock.Instant) async {
    logger.info("message given back", metadata: ["message.id": "\(message.id)", "reason": "draining"])
    await settle(message, .changeVisibility(.zero), receivedAt)
  }

  private func settle(
    _ message: Message, _ action: Settlement.Action, _ receivedAt: ContinuousClock.Instant
  ) async {
    await settler.settle(
      Settlement(
        messageID: message.id, receiptHandle: message.receiptHandle, action: action,
        deadline: receivedAt.advanced(by: visibilityTimeout)))
  }
}
