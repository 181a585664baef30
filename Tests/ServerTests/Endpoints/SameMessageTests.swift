import TestSupport
import Testing

@testable import Server

/// The same message twice at the same time.
@Suite(.timeLimit(.minutes(1)))
struct SameMessageTests {
  private static let headers = [(name: "X-Aws-Sqsd-Msgid", value: "m-1")]

  @Test func `a message that runs is not started again, takes no slot, and both get the one answer`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    let fixture = try WorkerFixture(["--queue-command", gate.command, "--concurrency", "2", "--waiting", "0"])
    async let first = fixture.request("POST", "/queue", headers: Self.headers)
    #expect(await eventually { fixture.worker.slots.counts.running == 1 })
    async let second = fixture.request("POST", "/queue", headers: Self.headers)
    async let third = fixture.request("POST", "/queue", headers: Self.headers)
    #expect(await eventually { fixture.log.lines.filter { $0.message.contains("runs here already") }.count == 2 })
    #expect(fixture.worker.slots.counts.running == 1)
    // There is a slot for another message.
    async let other = fixture.request("POST", "/queue", headers: [("X-Aws-Sqsd-Msgid", "m-2")])
    #expect(await eventually { fixture.worker.slots.counts.running == 2 })
    gate.open()
    let answers = await [first, second, third]
    #expect(Set(answers.map(\.body)).count == 1)
    #expect(answers.map(\.status) == [200, 200, 200])
    #expect(await other.status == 200)
    #expect(fixture.log.lines("job output").count == 2)
  }

  @Test func `a failure is everybody's failure, with its Retry-After`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    let command = gate.command.dropLast() + "; echo 9 > $SQSD_RETRY_AFTER_FILE; exit 4'"
    let fixture = try WorkerFixture(["--queue-command", String(command)])
    async let first = fixture.request("POST", "/queue", headers: Self.headers)
    #expect(await eventually { fixture.worker.slots.counts.running == 1 })
    async let second = fixture.request("POST", "/queue", headers: Self.headers)
    #expect(await eventually { fixture.log.lines.contains { $0.message.contains("runs here already") } })
    gate.open()
    for answer in await [first, second] {
      #expect(answer.status == 500)
      #expect(answer.body.contains(#""exit":4"#))
      #expect(answer.headers["Retry-After"] == "9")
    }
  }

  @Test func `once it has ended, the message runs anew`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "echo up"])
    for _ in 0..<3 { #expect(await fixture.request("POST", "/queue", headers: Self.headers).status == 200) }
    #expect(fixture.log.lines("job output").count == 3)
  }

  @Test func `requests without an id are never merged`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    let fixture = try WorkerFixture(["--queue-command", gate.command])
    async let first = fixture.request("POST", "/queue")
    async let second = fixture.request("POST", "/queue", headers: [("X-Aws-Sqsd-Msgid", "")])
    async let third = fixture.request("POST", "/queue", headers: [("X-Aws-Sqsd-Msgid", "")])
    #expect(await eventually { fixture.worker.slots.counts.running == 3 })
    gate.open()
    #expect(await [first, second, third].map(\.status) == [200, 200, 200])
  }

  @Test func `the queue and the schedule are two endpoints, and do not share their messages`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    let fixture = try WorkerFixture(["--queue-command", gate.command, "--schedule-command", gate.command])
    async let first = fixture.request("POST", "/queue", headers: Self.headers)
    async let second = fixture.request("POST", "/schedule", headers: Self.headers)
    #expect(await eventually { fixture.worker.slots.counts.running == 2 })
    gate.open()
    #expect(await [first, second].map(\.status) == [200, 200])
  }

  @Test func `who joined a message whose sender left before it began runs it himself`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    _ = try await withWorker(["--queue-command", gate.command, "--concurrency", "1"]) { running in
      let slots = running.fixture.worker.slots
      async let busy = running.curl("/queue", "-d x")
      #expect(await eventually { slots.counts.running == 1 })
      let first = try await running.client(headers: "X-Aws-Sqsd-Msgid: m-1\r\n")
      #expect(await eventually { slots.counts.waiting == 1 })
      async let second = running.curl("/queue", "-d x -H 'X-Aws-Sqsd-Msgid: m-1'")
      try await running.fixture.log.wait(
        for: "the message runs here already, no second job started; its answer is awaited")
      first.reset()
      try await running.fixture.log.wait(for: "no job started")
      #expect(await eventually { slots.counts.waiting == 1 })
      gate.open()
      #expect(await busy.first?.hasPrefix(#"{"exit":0"#) == true)
      #expect(await second.first?.hasPrefix(#"{"msgid":"m-1","exit":0"#) == true)
      #expect(running.fixture.log.lines("job output").count == 2)
    }
  }

  @Test func `who waits for another's answer hears that it is not forgotten`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    _ = try await withWorker(
      ["--queue-command", gate.command], change: { $0.rules.interimInterval = .milliseconds(50) }
    ) { running in
      let first = try await running.client(headers: "X-Aws-Sqsd-Msgid: m-1\r\n")
      try await running.fixture.log.wait(for: "job output")
      let second = try await running.client(headers: "X-Aws-Sqsd-Msgid: m-1\r\n")
      let interim = "HTTP/1.1 102 Processing\r\n\r\n"
      try await second.receive(until: interim + interim)
      gate.open()
      try await second.receive(until: "\"exit\":0")
      try await first.receive(until: "\"exit\":0")
    }
  }
}
