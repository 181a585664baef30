import AWS
import FoundationEssentials
import Logging
import SQSD

/// Sees one message through, from its receive to its settlement.
struct MessageHandler: Sendable {
  /// A delete is tried at least this long, while the heartbeat keeps the message hidden.
  static let deleteEffort: Duration = .seconds(300)

  let delivery: Delivery
  let rules: RetryRules
  /// Older messages are deleted unposted; nil leaves that to the queue.
  let retentionPeriod: Duration?
  let heartbeat: Heartbeat
  let heartbeatIsOn: Bool
  let intake: Intake
  let settler: Settler
  let counters: Counters
  let logger: Logger
  var clock = ContinuousClock()
  var wallClock: @Sendable () -> Date = { Date() }

  /// Delivers a message and settles it. With `isConfirmed` it returns only when SQS has taken that in.
  /// Returns whether SQS has forgotten the message, as far as is known.
  func deliver(_ message: Held, isConfirmed: Bool = false) async -> Bool {
    let started = clock.now
    guard heartbeat.hiddenUntil(message.id) > started else { return leaveToOthers(message) }
    let request = delivery.request(for: message.message)
    let heartbeat = heartbeat
    let outcome =
      isExpired(message.message)
      ? .expired
      : await delivery.deliver(request, messageID: message.message.id) { heartbeat.hiddenUntil(message.id) }
    let isSuccess = outcome.isSuccess(rules.success)
    note(message.message, outcome, isSuccess)
    let disposition = await disposition(of: message, outcome, isSuccess)
    DeliveryReport(
      messageID: message.message.id, receiveCount: message.message.receiveCount, task: request.task?.name,
      outcome: outcome, disposition: disposition, duration: started.duration(to: clock.now),
      application: delivery.application, path: request.path?.text
    ).log(to: logger)
    switch disposition {
    case .delete: return await settle(message, .delete, isConfirmed: isConfirmed)
    case .release(let after): _ = await settle(message, .changeVisibility(after))
    case .leave:
      heartbeat.letGo(message.id)
      intake.finished()
    }
    return false
  }

  /// Gives a message back without a POST.
  func giveBack(_ message: Held, because reason: String) async {
    logger.info("message given back", metadata: ["message.id": "\(message.message.id)", "reason": "\(reason)"])
    counters.count { $0.givenBack += 1 }
    intake.note(.givenBack(messageID: message.message.id))
    _ = await heartbeat.finish(message.id)
    _ = await settle(message, .changeVisibility(.zero))
  }

  /// Its visibility has run out while it waited (the heartbeat is off, or failed): others may be at work on it by now.
  private func leaveToOthers(_ message: Held) -> Bool {
    logger.warning(
      "message not delivered: its visibility ran out while it waited",
      metadata: ["message.id": "\(message.message.id)"])
    counters.count { $0.givenBack += 1 }
    intake.note(.givenBack(messageID: message.message.id))
    heartbeat.letGo(message.id)
    intake.finished()
    return false
  }

  func hold(_ message: Message, receivedAt: ContinuousClock.Instant) -> Held {
    Held(message: message, receivedAt: receivedAt, id: heartbeat.hold(message, receivedAt: receivedAt))
  }

  /// A message in our hands.
  struct Held: Sendable {
    let message: Message
    let receivedAt: ContinuousClock.Instant
    let id: HeldMessages.ID
  }

  private func isExpired(_ message: Message) -> Bool {
    guard let retentionPeriod, let sentAt = message.sentAt else { return false }
    let age = wallClock().timeIntervalSince1970 - Double(sentAt) / 1000
    return age > Double(retentionPeriod.components.seconds)
  }

  private func note(_ message: Message, _ outcome: Outcome, _ isSuccess: Bool) {
    switch outcome {
    case .unreachable:
      counters.count { $0.givenBack += 1 }
      intake.note(.givenBack(messageID: message.id))
      return
    case .expired: return
    case .answered(let status, _, _):
      if intake.answered(status, succeeded: isSuccess) {
        logger.error(
          "path refused, receiving paused so that the backlog does not become dead letters",
          metadata: [
            "reason": """
            the last \(PathGuard.answersToPause) answers were \(status) or the like, and no message has succeeded yet: \
            check --http-path, --http-url and who may POST there
            """,
            "pause": .stringConvertible(PathGuard.firstPause.inSeconds),
          ])
      }
    default: break
    }
    counters.count { if isSuccess { $0.delivered += 1 } else { $0.failed += 1 } }
    intake.note(.posted(messageID: message.id, succeeded: isSuccess, receiveCount: message.receiveCount ?? 1))
  }

  private func disposition(of message: Held, _ outcome: Outcome, _ isSuccess: Bool) async -> Disposition {
    if isSuccess { return .delete }
    // A heartbeat on its way would undo what is decided here.
    let isExtended = await heartbeat.finish(message.id)
    return Disposition(
      outcome, rules,
      Disposition.Circumstances(
        held: message.receivedAt.duration(to: clock.now), isExtended: isExtended,
        receiveCount: message.message.receiveCount ?? 1, jitter: .random(in: 0...1)))
  }

  /// Hands a settlement over; the message's slot is free once there is room for it.
  private func settle(_ message: Held, _ action: Settlement.Action, isConfirmed: Bool = false) async -> Bool {
    let heartbeat = heartbeat
    let id = message.id
    if action != .delete, heartbeat.hiddenUntil(id) <= clock.now {
      // It is visible already, and others may be at work on it: what is said now would be said about their receive.
      heartbeat.letGo(id)
      intake.finished()
      return false
    }
    let settlement = Settlement(
      messageID: message.message.id, receiptHandle: message.message.receiptHandle, action: action,
      deadline: deadline(of: message, action), hiddenUntil: { heartbeat.hiddenUntil(id) },
      onEnd: { _ in heartbeat.letGo(id) })
    if isConfirmed {
      return await settler.confirm(settlement, onTaken: intake.finished) == .done
    }
    await settler.settle(settlement)
    intake.finished()
    return false
  }

  private func deadline(of message: Held, _ action: Settlement.Action) -> ContinuousClock.Instant {
    let hiddenUntil = heartbeat.hiddenUntil(message.id)
    guard action == .delete, heartbeatIsOn else { return hiddenUntil }
    return max(hiddenUntil, clock.now.advanced(by: Self.deleteEffort))
  }
}
