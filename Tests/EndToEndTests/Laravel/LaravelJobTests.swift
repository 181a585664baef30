import Foundation
import Glibc
import TestSupport
import Testing

/// Jobs of a real Laravel, run by the command of examples/laravel between the built programs: what SQS has in the end.
@Suite(
  .timeLimit(.minutes(2)), .enabled(LaravelApplication.missing) { try await LaravelApplication.isInstalled() })
struct LaravelJobTests {
  /// A way in which a job can end.
  private struct Way {
    /// Its name in the fixture.
    let name: String
    /// How the runs of the job end, one receive each, as worker-server logs it; nil is a success. A job that never
    /// succeeds ends in the dead-letter queue.
    let ends: [String?]
    /// When sqsd lets the message come back.
    var decisions = ["release after 1 s", "release after 1 s"]
    /// What is to be read in the log: output of the job, or of Laravel about it.
    var says: String?

    static func succeeds(_ name: String, says: String? = nil) -> Way { Way(name: name, ends: [nil], says: says) }

    static func fails(
      _ name: String, _ end: String, says: String? = nil,
      decisions: [String] = ["release after 1 s", "release after 1 s"]
    ) -> Way {
      Way(name: name, ends: [end, end], decisions: decisions, says: says)
    }
  }

  private static let ways: [Way] = [
    .succeeds("succeeds", says: #"done: é € 😀 "\"#),
    .succeeds("isEncrypted", says: "done: it was encrypted"),
    .succeeds("isAClosure", says: "done by a closure"),
    .succeeds("isAChain", says: "done: second"),
    .succeeds("isOld"),
    .succeeds("deletesItself"),
    .succeeds("forks"),
    .succeeds("writesMuch"),
    .succeeds("leavesAChild"),
    Way(name: "isReleasedOnce", ends: ["job.exit=75", nil], decisions: ["release after 2 s"]),
    .fails("isReleasedWithoutDelay", "job.exit=75", decisions: ["release after 0 s", "release after 0 s"]),
    .fails("throws", "job.exit=1", says: "thrown by the job"),
    .fails("throwsWithBackoff", "job.exit=1", decisions: ["release after 3 s", "release after 0 s"]),
    .fails("throwsAtItsOnlyTry", "job.exit=1", says: "failed() of throws was called"),
    .fails("takesAWrongType", "job.exit=1", says: "must be of type string, array given"),
    .fails("hasWrongSyntax", "job.exit=1", says: "syntax error"),
    .fails("callsFail", "job.exit=1", says: "given to fail()"),
    .fails("hasNoClass", "job.exit=1", says: "NobodyKnowsIt"),
    .fails("isOldWithoutClass", "job.exit=1", says: #"App\Jobs\Nobody"#),
    .fails("isOldAndForgetful", "job.exit=1", says: "delete() was not called"),
    .fails("exitsWith3", "job.exit=70", says: "The process ended before the job did"),
    .fails("exitsWith0", "job.exit=70"),
    .fails("dies", "job.exit=70", says: "a later shutdown function"),
    .fails("takesAllMemory", "job.exit=70", says: "Allowed memory size"),
    .fails("isKilled", "job.signal=SIGKILL"),
    .fails("isTerminated", "job.signal=SIGTERM"),
    .fails("crashes", "job.signal=SIGSEGV"),
    .fails("isNotJSON", "job.exit=65", says: "not a payload of Laravel's queue"),
    .fails("isEmptyJSON", "job.exit=65"),
    .fails("isJSONOfOthers", "job.exit=65"),
  ]

  /// Other than any delay that a job chooses.
  private let settings = [
    "--http-path", "/queue", "--visibility-timeout", "60", "--error-visibility-timeout", "1", "--drain-timeout", "1",
    "--http-connections", "4",
  ]

  @Test func `however a job ends, its message is deleted, comes back when the job says, or is a dead letter`()
    async throws
  {
    try await withLaravel { laravel in
      defer { laravel.stored("child").flatMap { pid_t($0) }.map { _ = kill($0, SIGKILL) } }
      let payloads = try await laravel.payloads()
      try await withQueueService { service in
        let queue = try await service.makeQueue(maxReceiveCount: 2)
        var ids: [String: String] = [:]
        for way in Self.ways {
          let body = try #require(payloads[way.name])
          ids[way.name] = try await service.boto3.call("send_message", ["QueueUrl": queue, "MessageBody": body])
            .string("MessageId")
        }
        try await withWorkerServer(laravel.commands + ["--concurrency", "4"]) {
          address, server in
          try await withSqsd(service, queue: queue, application: "http://\(address)", settings) { sqsd in
            try await service.waitUntilEmpty(queue)
            let deadLetters = try await messageIDs(in: "jobs-dlq", service)
            let ends = Self.ways.map(\.ends.count).reduce(0, +)
            try await server.wait(for: ends, linesWhere: { $0.contains("job succeeded") || $0.contains("job failed") })
            try await sqsd.wait(
              for: ends, linesWhere: { $0.contains("message delivered") || $0.contains("message failed") })
            for way in Self.ways {
              let id = try #require(ids[way.name])
              let lines = server.events.current.lines.filter { $0.contains("message.id=\(id)") }
              judge(way, lines, sqsd.events.current.lines.filter { $0.contains(id) })
              #expect(deadLetters.contains(id) == !way.ends.contains(nil), "\(way.name)")
            }
          }
        }
        let successes = Self.ways.filter { $0.ends.contains(nil) }.count
        #expect(try await service.stats().queues["jobs"]?.deleted == successes)
        // Its pipe was still open when the job that started it was a success, and it was left alone.
        let child = try #require(laravel.stored("child").flatMap { pid_t($0) })
        #expect(kill(child, 0) == 0)
      }
    }
  }

  private func judge(_ way: Way, _ lines: [String], _ deliveries: [String]) {
    let ends = lines.filter { $0.contains("job succeeded") || $0.contains("job failed") }
    #expect(ends.count == way.ends.count, "\(way.name): \(lines)")
    for (line, end) in zip(ends, way.ends) {
      #expect(line.contains(end ?? "job succeeded"), "\(way.name): \(line)")
    }
    let decisions = deliveries.filter { $0.contains("message failed") }
    #expect(decisions.count == way.ends.filter { $0 != nil }.count, "\(way.name): \(deliveries)")
    for (line, decision) in zip(decisions, way.decisions) {
      #expect(line.contains(#""decision":"\#(decision)""#), "\(way.name): \(line)")
    }
    if let text = way.says {
      // In a log line as text quotes and backslashes are escaped.
      let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      #expect(lines.contains { $0.contains("job output") && $0.contains(escaped) }, "\(way.name): \(lines)")
    }
  }

  private func messageIDs(in name: String, _ service: QueueService) async throws -> Set<String> {
    let url = try await service.boto3.call("get_queue_url", ["QueueName": name]).string("QueueUrl") ?? ""
    var ids: Set<String> = []
    while true {
      let messages = try await service.boto3.call("receive_message", ["QueueUrl": url, "MaxNumberOfMessages": 10])
        .objects("Messages")
      if messages.isEmpty { return ids }
      ids.formUnion(messages.compactMap { $0["MessageId"] as? String })
    }
  }

  @Test func `a tick runs the scheduler, which knows its name, and is deleted though two of its tasks fail`()
    async throws
  {
    try await withLaravel { laravel in
      try await withTick(laravel) { server in
        let lines = server.events.current.lines
        #expect(lines.contains { $0.contains("job succeeded") && $0.contains("task.name=every-minute") })
        #expect(lines.contains { $0.contains("job output") && $0.contains("a task that throws") })
      }
      #expect(laravel.stored("schedule") == "every-minute\n")
    }
  }

  @Test func `in maintenance mode jobs run, and the scheduler succeeds without its tasks`() async throws {
    try await withLaravel { laravel in
      try Data("{}".utf8).write(to: laravel.folder.appending(path: "storage/framework/down"))
      let payload = try #require(try await laravel.payloads()["succeeds"])
      try await withTick(laravel, beside: payload) { server in
        let lines = server.events.current.lines
        #expect(lines.contains { $0.contains("job output") && $0.contains("done: ") })
        #expect(lines.filter { $0.contains("job succeeded") }.count == 2)
      }
      #expect(laravel.stored("schedule") == nil)
    }
  }

  /// Sends a tick of a periodic task, and perhaps a message, until both are deleted.
  private func withTick(
    _ laravel: LaravelApplication, beside payload: String? = nil, _ body: (RunningProgram) async throws -> Void
  ) async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send(
        "a tick", to: queue,
        attributes: [
          "beanstalk.sqsd.path": ["DataType": "String", "StringValue": "/schedule"],
          "beanstalk.sqsd.task_name": ["DataType": "String", "StringValue": "every-minute"],
          "beanstalk.sqsd.scheduled_time": ["DataType": "String", "StringValue": "2026-01-02 03:00:00 UTC"],
        ])
      if let payload { try await service.send(payload, to: queue) }
      try await withWorkerServer(laravel.commands) { address, server in
        try await withSqsd(service, queue: queue, application: "http://\(address)", settings) { sqsd in
          try await service.waitUntilEmpty(queue)
          #expect(!sqsd.events.current.lines.contains { $0.contains("message failed") })
        }
        try await server.wait(for: payload == nil ? 1 : 2, linesWhere: { $0.contains("job succeeded") })
        try await body(server)
      }
    }
  }
}
