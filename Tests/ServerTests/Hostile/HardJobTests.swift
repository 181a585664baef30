import Foundation
import TestSupport
import Testing

@testable import Server

/// Jobs that are hard on whoever runs them, on the built program.
@Suite(.timeLimit(.minutes(1)))
struct HardJobTests {
  struct Hard: Sendable, CustomTestStringConvertible {
    let name: String
    let command: String
    var arguments: [String] = []
    var body: [UInt8] = []
    let status: Int
    let answer: String
    var log: [String] = []
    var testDescription: String { name }
  }

  static let jobs = [
    Hard(
      name: "reads nothing of its megabyte", command: "/bin/true", body: [UInt8](repeating: 0x62, count: 1 << 20),
      status: 200, answer: #"{"exit":0,"#),
    Hard(
      name: "ignores SIGTERM", command: #"sh -c "trap '' TERM; while :; do sleep 0.1; done""#,
      arguments: ["--job-timeout", "1", "--kill-after", "1"], status: 500,
      answer: #"{"signal":"SIGKILL","stopped":"time limit","duration":2."#),
    Hard(
      name: "gets no memory", command: "sh -c 'ulimit -v 100000; head -c 300000000 /dev/zero | tail'", status: 500,
      answer: #"{"exit":1,"#, log: ["job failed", "memory exhausted"]),
    // What a job sees of the kernel's killer is this: a SIGKILL from outside.
    Hard(
      name: "is killed for memory", command: "sh -c 'kill -9 $$'", status: 500, answer: #"{"signal":"SIGKILL","#,
      log: ["job failed", "job.signal=SIGKILL", "memory ran out"]),
  ]

  @Test(arguments: jobs) func `a hard job ends as it ends, and the next one runs`(_ job: Hard) async throws {
    let worker = try await WorkerProgram(["--queue-command", job.command] + job.arguments)
    defer { worker.program.stop() }
    for _ in 0..<2 {
      let client = try worker.connect()
      try await client.send(
        Array("POST /queue HTTP/1.1\r\nHost: a\r\nContent-Length: \(job.body.count)\r\n\r\n".utf8) + job.body)
      let answer = try await client.receiveAnswer()
      #expect(answer.status == job.status)
      #expect(answer.text.hasPrefix(job.answer), "\(answer.text)")
    }
    if !job.log.isEmpty {
      _ = try await worker.program.line { line in job.log.allSatisfy { line.contains($0) } }
    }
  }

  @Test func `200 kB on both pipes at once are all read`() async throws {
    // 1,980 lines of a hundred bytes and one that is cut, on each.
    let line = String(repeating: "0123456789", count: 10)
    let worker = try await WorkerProgram(
      ["--queue-command", "sh -c 'yes \(line) | head -c 200000 >&2 & yes \(line) | head -c 200000; wait'"])
    defer { worker.program.stop() }
    try await worker.expectToRunJob()
    try await worker.wait(for: 1981, linesWith: "job output", "stream=stdout")
    try await worker.wait(for: 1981, linesWith: "job output", "stream=stderr")
    try await worker.wait(for: 1, linesWith: "job succeeded")
  }

  @Test func `a job that leaves a daemon behind has ended, and the daemon lives`() async throws {
    let worker = try await WorkerProgram(
      ["--queue-command", "sh -c 'setsid sleep 50 & echo daemon $!'", "--concurrency", "1"])
    defer { worker.program.stop() }
    // The daemon holds both pipes, in a session and a group of its own.
    for _ in 0..<3 { try await worker.expectToRunJob() }
    try await worker.wait(for: 3, linesWith: "job succeeded")
    let daemons = worker.program.events.current.lines.filter { $0.contains("line=\"daemon ") }.compactMap { line in
      processID(line.split(separator: "\"").first { $0.hasPrefix("daemon ") }.map { String($0.dropFirst(7)) })
    }
    #expect(daemons.count == 3)
    for daemon in daemons {
      #expect(kill(daemon, 0) == 0)
      kill(daemon, SIGKILL)
    }
  }
}
