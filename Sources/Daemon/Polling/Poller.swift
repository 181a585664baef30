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
  /// For so long the same attempt id brings the same messages (Amazon SQS API Reference, "ReceiveMessage").
  static let attemptLifetime: Duration = .seconds(300)

  let queue: any MessageQueue
  let visibilityTimeout: Duration
  let drainTimeout: Duration
  let intake: Intake
  let handler: MessageHandler
  let settler: Settler
  let gate: ApplicationGate
  /// Of a FIFO queue; nil for a standard one.
  let groups: MessageGroups?
  /// True from the beginning of the drain.
  let draining: Observed<Bool>
  let counters: Counters
  let logger: Logger
  var clock = ContinuousClock()

  func run() async throws {
    // Two children: the work, and the limit of its time. Whichever ends first ends the other.
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await work() }
      group.addTask {
        // Throws when the work has ended first.
        guard (try? await gracefulShutdown()) != nil else { return }
        draining.update { $0 = true }
        logger.info("draining", metadata: ["drain.timeout": .stringConvertible(drainTimeout.inSeconds)])
        intake.stop()
        gate.drain()
        try? await clock.sleep(for: drainTimeout)
      }
      await group.next()
      group.cancelAll()
      settler.liftLimit()
    }
  }

  private func work() async {
    await withDiscardingTaskGroup { receives in
      while let count = await intake.nextReceive() {
        receives.addTask { await receive(count) }
      }
    }
  }

  /// One receive and the deliveries of what it brought.
  private func receive(_ count: Int) async {
    guard var received = await messages(count) else { return }
    // The visibility timeout began when SQS answered, which is a little before this.
    let receivedAt = clock.now
    for refused in received.refused {
      logger.error("message refused", metadata: ["reason": "\(refused)"])
    }
    counters.count { $0.received += received.messages.count }
    // All at once, so that the heartbeat knows those too that wait for their turn. Taken out one by one, so that a message
    // that is done does not stay in memory for as long as the slowest of its receive.
    var held = received.messages.reversed().map { handler.hold($0, receivedAt: receivedAt) }
    received.messages = []
    if groups != nil, let refused = received.refused.map(\.index).min(), refused < held.count {
      // A refused message may be of the same group as those after it, and keeps its place before them.
      let after = held.prefix(held.count - refused)
      held.removeFirst(after.count)
      await giveBack(after.reversed(), "an earlier message was refused")
    }
    await withDiscardingTaskGroup { deliveries in
      if let groups {
        for (group, messages) in Self.inGroups(held.reversed()) {
          deliveries.addTask {
            let hadItsTurn = await groups.withGroup(group) { await deliverInOrder(messages) }
            if !hadItsTurn { await giveBack(messages, "draining") }
          }
        }
        held = []
      } else {
        while let message = held.popLast() {
          deliveries.addTask { await deliver(message) }
        }
      }
    }
  }

  private func deliver(_ message: MessageHandler.Held) async {
    if draining.value {
      await handler.giveBack(message, because: "draining")
    } else {
      _ = await handler.deliver(message)
    }
  }

  /// The messages of one group, each after SQS has forgotten the one before. After a failure the rest goes back: the failed
  /// one comes first again.
  private func deliverInOrder(_ messages: [MessageHandler.Held]) async {
    for (index, message) in messages.enumerated() {
      if draining.value { return await giveBack(messages[index...], "draining") }
      // Nobody waits for the last one's delete but SQS itself, for which the group is blocked until then.
      guard await handler.deliver(message, isConfirmed: true) else {
        return await giveBack(messages[(index + 1)...], "an earlier message of its group was not deleted")
      }
    }
  }

  private func giveBack(_ messages: some Sequence<MessageHandler.Held>, _ reason: String) async {
    for message in messages { await handler.giveBack(message, because: reason) }
  }

  private static func inGroups(
    _ messages: [MessageHandler.Held]
  ) -> [(group: String, messages: [MessageHandler.Held])] {
    var groups: [(group: String, messages: [MessageHandler.Held])] = []
    for message in messages {
      let group = message.message.messageGroupID ?? ""
      if let index = groups.firstIndex(where: { $0.group == group }) {
        groups[index].messages.append(message)
      } else {
        groups.append((group, [message]))
      }
    }
    return groups
  }

  // MARK: Receiving

  /// What one receive brought; nil if it failed.
  private func messages(_ count: Int) async -> ReceivedMessages? {
    let started = clock.now
    let attemptID = groups == nil ? nil : ReceiveAttempt.newID()
    while true {
      let asked = clock.now
      do {
        let received = try await queue.receive(
          maximum: count, wait: Self.wait, visibilityTimeout: Int(visibilityTimeout.components.seconds),
          attemptID: attemptID, mayRepeat: { !draining.value })
        intake.received(received.messages.count, of: count, took: asked.duration(to: clock.now))
        return received
      } catch {
        // The answer may have been lost, and on a FIFO queue it can be had again.
        let isKept =
          attemptID != nil && ReceiveAttempt.mayHaveSucceeded(error) && !draining.value
          && started.duration(to: clock.now) < Self.attemptLifetime
        let pause = failed(count, error, isKept: isKept)
        guard isKept else { return nil }
        let isDraining = await draining.wait(until: clock.now.advanced(by: pause), clock: clock) { $0 }
        guard !isDraining, !Task.isCancelled else {
          _ = intake.receiveFailed(of: count)
          return nil
        }
      }
    }
  }

  private func failed(_ count: Int, _ error: any Error, isKept: Bool) -> Duration {
    let (pause, failures) = intake.receiveFailed(of: count, isKept: isKept)
    if let error = error as? AWSError, error.code == .cancelled {
      // The drain time is over; there is nobody to receive for.
      logger.info("open receive cut off")
      return pause
    }
    logger.error(
      "receive failed",
      metadata: [
        "error": "\(error)", "failures": .stringConvertible(failures), "pause": .stringConvertible(pause.inSeconds),
      ])
    return pause
  }
}
