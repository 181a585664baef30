import AWS
import Foundation
import Logging
import TestSupport
import Testing

@testable import Daemon

/// Several schedulers on DynamoDB and SQS as moto has them, with a task of every two seconds and clocks that differ.
@Suite(.timeLimit(.minutes(3)))
struct SchedulersOnMotoTests {
  private static let task = ScheduledTask.every(seconds: 2, name: "every two seconds")

  private func scheduler(
    _ moto: MotoWorld, table: String?, queue: String, ahead: Int64, _ log: CapturedLog
  ) -> Scheduler {
    // As real ones, each knows another time.
    let wall: @Sendable () -> Int64 = { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) + ahead }
    return Scheduler(
      tasks: [Self.task],
      calls: AmazonTickCalls(
        table: table.map { moto.claimTable($0, wall: wall) }, queue: moto.sqs, queueURL: queue,
        isFIFO: queue.hasSuffix(".fifo"), tasks: [Self.task]),
      owner: "\(ahead)", usesTable: table != nil, looksBack: table != nil, times: TickTimes(), logger: log.logger,
      wall: wall)
  }

  /// The scheduled times of all messages of a queue.
  private func receivedTimes(_ moto: MotoWorld, _ queue: String) async throws -> [String] {
    var times: [String] = []
    while true {
      let received = try await moto.sqs.receive(from: queue, maximum: 10, wait: 0, visibilityTimeout: 600)
      guard !received.messages.isEmpty else { return times }
      for message in received.messages {
        #expect(String(decoding: message.body, as: UTF8.self) == "elasticbeanstalk scheduled job")
        #expect(message.attributes.count == 3)
        guard
          case .string(let time) = message.attributes.first(where: { $0.name == "beanstalk.sqsd.scheduled_time" })?
            .value
        else { continue }
        times.append(time)
        // On a FIFO queue the rest of the group waits for it.
        if queue.hasSuffix(".fifo") { try await moto.sqs.delete(receiptHandle: message.receiptHandle, from: queue) }
      }
    }
  }

  private func sentTicks(_ log: CapturedLog) -> Set<String> {
    Set(
      log.events.current.filter { $0.message == "tick sent" }.compactMap { $0.metadata["scheduled"]?.description })
  }

  @Test(arguments: [false, true])
  func `three schedulers send each tick once, with a table or a FIFO queue`(isFIFO: Bool) async throws {
    let moto = try await MotoWorld.shared.value
    let table = isFIFO ? nil : try await moto.makeTable()
    let queue = try await moto.makeQueue(isFIFO: isFIFO)
    let log = CapturedLog()
    let schedulers = [0, 250, 500].map { scheduler(moto, table: table, queue: queue, ahead: $0, log) }
    try await withServices(schedulers) {
      try await log.events.wait { lines in
        Set(lines.filter { $0.message == "tick sent" }.compactMap { $0.metadata["scheduled"]?.description }).count >= 4
      }
    }
    let times = try await receivedTimes(moto, queue)
    #expect(times.count == Set(times).count && times.count >= 4)
    #expect(Set(times.map { $0.replacing(" UTC", with: "Z").replacing(" ", with: "T") }) == sentTicks(log))
    #expect(log.messages(at: .error).isEmpty)
    if !isFIFO { #expect(log.messages(at: .info).contains("tick left to another sqsd")) }
  }

  @Test func `when one is killed the others go on, and nothing comes twice`() async throws {
    let moto = try await MotoWorld.shared.value
    let table = try await moto.makeTable()
    let queue = try await moto.makeQueue()
    let log = CapturedLog()
    let first = scheduler(moto, table: table, queue: queue, ahead: 600, log)
    let run = Task { try await first.run() }
    try await withServices([0, 300].map { scheduler(moto, table: table, queue: queue, ahead: $0, log) }) {
      // The one whose clock is ahead sends them all, until it is gone between two ticks.
      try await log.events.wait { $0.contains { $0.message == "tick left to another sqsd" } }
      run.cancel()
      try await run.value
      let before = sentTicks(log)
      try await log.events.wait { lines in
        Set(lines.filter { $0.message == "tick sent" }.compactMap { $0.metadata["scheduled"]?.description })
          .subtracting(before).count >= 3
      }
    }
    let times = try await receivedTimes(moto, queue)
    #expect(times.count == Set(times).count)
  }
}
