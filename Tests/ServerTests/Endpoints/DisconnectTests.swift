import TestSupport
import Testing

@testable import Server

/// Clients that go away while their job runs.
@Suite(.timeLimit(.minutes(1)))
struct DisconnectTests {
  private let patient = "sh -c 'echo up; exec sleep 60'"

  @Test func `with terminate a job whose client is gone is told to stop`() async throws {
    _ = try await withWorker(["--queue-command", patient, "--on-disconnect", "terminate"]) { running in
      let client = try await running.client()
      try await running.fixture.log.wait(for: "job output")
      client.reset()
      try await running.fixture.log.wait(for: "client gone, its job is told to stop (--on-disconnect terminate)")
      try await running.fixture.log.wait(for: "job failed")
      let end = try #require(running.fixture.log.lines("job failed").first)
      #expect(end.metadata["job.stopped"] == "client gone")
      #expect(end.metadata["job.signal"] == "SIGTERM")
    }
  }

  @Test func `one that ignores SIGTERM is killed`() async throws {
    let stubborn = #"sh -c "trap 'echo told' TERM; echo up; while :; do sleep 0.02; done""#
    _ = try await withWorker(
      ["--queue-command", stubborn, "--on-disconnect", "terminate", "--kill-after", "1"]
    ) { running in
      let client = try await running.client()
      try await running.fixture.log.wait(for: "job output")
      client.reset()
      try await running.fixture.log.wait(for: "job failed")
      #expect(running.fixture.log.lines("job failed").first?.metadata["job.signal"] == "SIGKILL")
    }
  }

  @Test func `as long as another client waits for the same message its job runs on`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    _ = try await withWorker(["--queue-command", gate.command, "--on-disconnect", "terminate"]) { running in
      let first = try await running.client(headers: "X-Aws-Sqsd-Msgid: m-1\r\n")
      try await running.fixture.log.wait(for: "job output")
      async let second = running.curl("/queue", "-d x -H 'X-Aws-Sqsd-Msgid: m-1'")
      try await running.fixture.log.wait(
        for: "the message runs here already, no second job started; its answer is awaited")
      first.reset()
      try await running.fixture.log.wait(for: "client gone, its job is told to stop (--on-disconnect terminate)")
      gate.open()
      #expect(await second.first?.hasPrefix(#"{"msgid":"m-1","exit":0"#) == true)
    }
  }

  @Test func `when the last of them leaves, it is told to stop`() async throws {
    _ = try await withWorker(["--queue-command", patient, "--on-disconnect", "terminate"]) { running in
      let first = try await running.client(headers: "X-Aws-Sqsd-Msgid: m-1\r\n")
      try await running.fixture.log.wait(for: "job output")
      let second = try await running.client(headers: "X-Aws-Sqsd-Msgid: m-1\r\n")
      try await running.fixture.log.wait(
        for: "the message runs here already, no second job started; its answer is awaited")
      first.reset()
      try await running.fixture.log.wait(for: "client gone, its job is told to stop (--on-disconnect terminate)")
      #expect(running.fixture.worker.slots.counts.running == 1)
      second.reset()
      try await running.fixture.log.wait(for: "job failed")
    }
  }

  @Test func `a client that comes over the same connection later does not stop the job of the one before`() async throws
  {
    _ = try await withWorker(["--queue-command", "echo up", "--on-disconnect", "terminate"]) { running in
      let client = try await running.client()
      try await client.receive(until: "\"exit\":0")
      client.reset()
      // The next job would be told to stop if the first one's watch were still there.
      #expect(await running.curl("/queue", "-d x").first?.hasPrefix(#"{"exit":0"#) == true)
      #expect(!running.fixture.log.lines.contains { $0.message.hasPrefix("client gone") })
    }
  }
}
