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
