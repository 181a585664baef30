import Foundation
import TestSupport
import Testing

/// sqsd and worker-server side by side, with the example job.
@Suite(.timeLimit(.minutes(2)))
struct PairTests {
  private let job = ["--queue-command", repositoryFile("examples/demo/job").path]
  private let quick = [
    "--http-path", "/queue", "--visibility-timeout", "3", "--inactivity-timeout", "3", "--drain-timeout", "1",
  ]

  @Test func `a job that succeeds is deleted, one that fails comes back and ends in the dead-letter queue`()
    async throws
  {
    try await withQueueService { service in
      let queue = try await service.makeQueue(maxReceiveCount: 3)
      try await withWorkerServer(job) { address, server in
        try await service.send(#"{"job":"hello"}"#, to: queue)
        try await service.send(#"{"job":"flaky"}"#, to: queue)
        try await service.send(#"{"job":"broken"}"#, to: queue)
        try await withSqsd(service, queue: queue, application: "http://\(address)", quick) { sqsd in
          try await service.waitUntilEmpty(queue)
          #expect(sqsd.events.current.lines.filter { $0.contains("message delivered") }.count == 2)
          #expect(sqsd.events.current.lines.filter { $0.contains("message failed") }.count == 5)
        }
        let lines = server.events.current.lines
        #expect(lines.contains { $0.contains("the database is back") })
        #expect(lines.filter { $0.contains("this job always fails") && $0.contains("job output") }.count == 3)
      }
      let stats = try await service.stats()
      #expect(stats.queues["jobs"]?.deleted == 2)
      #expect(stats.queues["jobs-dlq"]?.visible == 1)
    }
  }

  @Test func `the pair talks over a Unix socket too`() async throws {
    let socket = "/tmp/beanpole-\(UUID().uuidString.prefix(8)).sock"
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send(#"{"job":"hello"}"#, to: queue)
      try await withWorkerServer(job, at: "unix:\(socket)") { _, _ in
        try await withSqsd(service, queue: queue, application: "unix:\(socket)", quick) { sqsd in
          _ = try await sqsd.line(containing: "message delivered")
        }
      }
    }
  }

  @Test func `a wrong path is said with URL and path by sqsd, and the right one by worker-server`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      try await withWorkerServer(job) { address, _ in
        try await withSqsd(service, queue: queue, application: "http://\(address)") { sqsd in
          let line = try await sqsd.line(containing: "message failed")
          #expect(line.contains("POST http://\(address)/ is answered with 404"))
        }
        let client = try RawClient(port: Int(address.split(separator: ":").last ?? "") ?? 0)
        try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        let answer = try await client.receiveAnswer()
        #expect(answer.status == 404)
        #expect(answer.text.contains("POST /queue"))
      }
    }
  }

  @Test func `a worker-server that is full says when to come again, and sqsd obeys`() async throws {
    let gate = FileManager.default.temporaryDirectory.appending(path: "gate-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: gate) }
    let waiting = "sh -c 'echo up; while [ ! -e \(gate.path) ]; do sleep 0.02; done'"
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      for _ in 0..<2 { try await service.send("{}", to: queue) }
      try await withWorkerServer(["--queue-command", waiting, "--concurrency", "1", "--waiting", "0"]) {
        address, server in
        try await withSqsd(service, queue: queue, application: "http://\(address)", quick) { sqsd in
          let line = try await sqsd.line(containing: "message failed")
          #expect(line.contains("503") && line.contains("release after 30 s"), "\(line)")
          #expect(FileManager.default.createFile(atPath: gate.path, contents: nil))
          _ = try await sqsd.line(containing: "message delivered")
          while try await service.depth(of: queue) != (0, 1) { try await Task.sleep(for: .milliseconds(50)) }
        }
        #expect(server.events.current.lines.filter { $0.contains("line=up") }.count == 1)
      }
    }
  }

  @Test func `a message that comes again while its job still runs is not run twice`() async throws {
    let gate = FileManager.default.temporaryDirectory.appending(path: "gate-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: gate) }
    let waiting = "sh -c 'echo up; while [ ! -e \(gate.path) ]; do sleep 0.02; done'"
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      try await withWorkerServer(["--queue-command", waiting]) { address, server in
        // The first attempt gives up after a second; worker-server's first 102 would have come after thirty.
        let impatient = [
          "--http-path", "/queue", "--visibility-timeout", "2", "--inactivity-timeout", "1", "--drain-timeout", "1",
        ]
        try await withSqsd(service, queue: queue, application: "http://\(address)", impatient) { sqsd in
          _ = try await server.line(containing: "client gone, its job runs on")
          _ = try await server.line(containing: "the message runs here already")
          #expect(FileManager.default.createFile(atPath: gate.path, contents: nil))
          _ = try await sqsd.line(containing: "message delivered")
          try await service.waitUntilEmpty(queue)
        }
        #expect(server.events.current.lines.filter { $0.contains("line=up") }.count == 1)
      }
    }
  }

  @Test func `on SIGTERM a tick that runs ends in its own time, and its message is deleted`() async throws {
    let gate = FileManager.default.temporaryDirectory.appending(path: "gate-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: gate) }
    let waiting = "sh -c 'echo $SQSD_TASKNAME; while [ ! -e \(gate.path) ]; do sleep 0.02; done; echo done'"
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send(
        "elasticbeanstalk scheduled job", to: queue,
        attributes: [
          "beanstalk.sqsd.path": ["DataType": "String", "StringValue": "/schedule"],
          "beanstalk.sqsd.task_name": ["DataType": "String", "StringValue": "nightly"],
          "beanstalk.sqsd.scheduled_time": ["DataType": "String", "StringValue": "2026-01-01 00:00:00 UTC"],
        ])
      try await withWorkerServer(["--schedule-command", waiting]) { address, server in
        try await withSqsd(service, queue: queue, application: "http://\(address)", quick) { sqsd in
          _ = try await server.line(containing: "line=nightly")
          server.signal(SIGTERM)
          _ = try await server.line(containing: "draining")
          #expect(FileManager.default.createFile(atPath: gate.path, contents: nil))
          _ = try await sqsd.line(containing: "message delivered")
          #expect(try await server.end() == 0)
          #expect(server.events.current.lines.contains { $0.contains("line=done") })
          try await service.waitUntilEmpty(queue)
        }
      }
    }
  }
}

/// Runs worker-server for the length of a test.
func withWorkerServer<Value>(
  _ arguments: [String], at address: String = "127.0.0.1:0", environment: [String: String] = [:],
  body: (_ address: String, RunningProgram) async throws -> Value
) async throws -> Value {
  let program = try RunningProgram(
    "worker-server", ["--address", address, "--log-format", "text"] + arguments, environment: environment)
  defer { program.stop() }
  return try await body(try await program.listeningAddress(), program)
}

func repositoryFile(_ name: String) -> URL {
  URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: name)
}
