import AWS
import Foundation
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import Daemon

/// All that a message of one queue passes through, with a scripted queue on one side and a scripted peer on the other.
struct MessageHandlerFixture {
  let queue: ScriptedQueue
  let fixture: DeliveryFixture
  let counters = Counters()
  let intake: Intake
  let settler: Settler
  let heartbeat: Heartbeat
  var rules = RetryRules()
  var retentionPeriod: Duration?
  var groups: MessageGroups?
  let draining = Observed(false)

  var log: CapturedLog { fixture.log }

  init(
    to address: String, _ queue: ScriptedQueue = ScriptedQueue(), visibilityTimeout: Duration = .seconds(300),
    caution: ReceivingCaution? = nil
  ) throws {
    self.queue = queue
    fixture = try DeliveryFixture(to: address)
    intake = Intake(capacity: 10, caution: caution)
    intake.admit(.everything)
    settler = Settler(queue: queue, limit: 20, counters: counters, logger: fixture.log.logger)
    heartbeat = Heartbeat(
      queue: queue, isOn: true, visibilityTimeout: visibilityTimeout, logger: fixture.log.logger)
    rules.visibilityTimeout = visibilityTimeout
  }

  var handler: MessageHandler {
    var handler = MessageHandler(
      delivery: fixture.delivery, rules: rules, retentionPeriod: retentionPeriod, heartbeat: heartbeat,
      heartbeatIsOn: true, intake: intake, settler: settler, counters: counters, logger: log.logger)
    // A day after 1970 began.
    handler.wallClock = { Date(timeIntervalSince1970: 86_400) }
    return handler
  }

  func poller(drainTimeout: Duration) -> Poller {
    Poller(
      queue: queue, visibilityTimeout: rules.visibilityTimeout, drainTimeout: drainTimeout, intake: intake,
      handler: handler, settler: settler, gate: fixture.gate, groups: groups, draining: draining, counters: counters,
      logger: log.logger)
  }

  /// Polls until the body returns, then drains, by default without waiting for anything.
  func poll(drainTimeout: Duration = .zero, until body: () async throws -> Void) async throws {
    try await withServices([settler, heartbeat, poller(drainTimeout: drainTimeout)], body)
  }

  /// Sees one message through as the poller does, and flushes its settlement.
  func see(_ message: Message, receivedAgo: Duration = .zero, through work: (MessageHandler.Held) async -> Void)
    async throws
  {
    #expect(await intake.nextReceive() == 10)
    intake.received(1, of: 10, took: .seconds(1))
    try await withServices([settler, heartbeat]) {
      await work(handler.hold(message, receivedAt: .now - receivedAgo))
    }
  }
}

extension CapturedLog {
  /// The lines about messages: what the gate has to say is another matter.
  var aboutMessages: [String] { events.current.filter { $0.metadata["message.id"] != nil }.map(\.message) }
}
