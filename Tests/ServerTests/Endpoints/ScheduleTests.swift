import ServiceLifecycle
import Testing

@testable import Server

/// What is different when the request is a tick.
@Suite(.timeLimit(.minutes(1)))
struct ScheduleTests {
  private static func headers(_ task: String, at time: String? = nil) -> [(name: String, value: String)] {
    [("X-Aws-Sqsd-Taskname", task)] + (time.map { [("X-Aws-Sqsd-Scheduled-At", $0)] } ?? [])
  }

  @Test func `by default ticks of one task run beside each other, as under cron`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    let fixture = try WorkerFixture(["--schedule-command", gate.command])
    async let first = fixture.request("POST", "/schedule", headers: Self.headers("t"))
    async let second = fixture.request("POST", "/schedule", headers: Self.headers("t"))
    #expect(await eventually { fixture.worker.slots.counts.running == 2 })
    gate.open()
    #expect(await [first, second].map(\.status) == [200, 200])
  }

  @Test func `with skip a tick that comes too early is answered 200 without a job, of another task not`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    let fixture = try WorkerFixture(["--schedule-command", gate.command, "--schedule-overlap", "skip"])
    async let first = fixture.request("POST", "/schedule", headers: Self.headers("t"))
    #expect(await eventually { fixture.worker.slots.counts.running == 1 })
    let second = await fixture.request("POST", "/schedule", headers: Self.headers("t"))
    #expect(second.status == 200)
    #expect(second.body == "{\"skipped\":\"the last run of this task still works\"}\n")
    #expect(fixture.log.lines("tick skipped, answered 200").first?.metadata["task.name"] == "t")
    async let other = fixture.request("POST", "/schedule", headers: Self.headers("other"))
    #expect(await eventually { fixture.worker.slots.counts.running == 2 })
    gate.open()
    #expect(await first.status == 200)
    #expect(await other.status == 200)
    #expect(fixture.log.lines("job output").count == 2)
    // And the next one runs.
    #expect(await fixture.request("POST", "/schedule", headers: Self.headers("t")).status == 200)
    #expect(fixture.log.lines("job output").count == 3)
  }

  @Test func `with queue it waits for its turn and holds no slot meanwhile`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    let fixture = try WorkerFixture([
      "--schedule-command", gate.command, "--schedule-overlap", "queue", "--concurrency", "2", "--waiting", "2",
    ])
    await withTaskGroup(of: Int.self) { tasks in
      for _ in 0..<3 {
        tasks.addTask { await fixture.request("POST", "/schedule", headers: Self.headers("t")).status }
      }
      #expect(await eventually { fixture.worker.slots.counts.running == 1 })
      async let other = fixture.request("POST", "/schedule", headers: Self.headers("other"))
      #expect(await eventually { fixture.worker.slots.counts.running == 2 })
      #expect(fixture.log.lines("job output").count <= 2)
      gate.open()
      for await status in tasks { #expect(status == 200) }
      #expect(await other.status == 200)
    }
    #expect(fixture.log.lines("job output").count == 4)
  }

  @Test func `a tick that was due too long ago is answered 200 without a job, and said`() async throws {
    let fixture = try WorkerFixture(["--schedule-command", "echo up", "--schedule-max-age", "60"])
    let late = await fixture.request("POST", "/schedule", headers: Self.headers("t", at: "2019-11-14T00:47:00Z"))
    #expect(late.status == 200)
    #expect(late.body.hasPrefix(#"{"skipped":"the tick was due "#))
    #expect(
      fixture.log.lines("tick skipped, answered 200").first?.metadata["reason"]?.contains("--schedule-max-age") == true)
    let future = await fixture.request("POST", "/schedule", headers: Self.headers("t", at: "2999-11-14T00:47:00Z"))
    #expect(future.body.contains(#""exit":0"#))
    let unknown = await fixture.request("POST", "/schedule", headers: Self.headers("t"))
    #expect(unknown.body.contains(#""exit":0"#))
    #expect(fixture.log.lines("job output").count == 2)
  }

  @Test func `the rules are for ticks alone, not for messages`() async throws {
    let fixture = try WorkerFixture([
      "--queue-command", "echo up", "--schedule-max-age", "60", "--schedule-overlap", "skip",
    ])
    let answer = await fixture.request("POST", "/queue", headers: Self.headers("t", at: "2019-11-14T00:47:00Z"))
    #expect(answer.body.contains(#""exit":0"#))
  }

  @Test func `draining answers the ticks that wait for their turn, and the running one ends`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    _ = try await withWorker(
      ["--schedule-command", gate.command, "--schedule-overlap", "queue"]
    ) { running in
      async let first = running.curl("/schedule", "-i -X POST -H 'X-Aws-Sqsd-Taskname: t'")
      try await running.fixture.log.wait(for: "job output")
      async let second = running.curl("/schedule", "-i -X POST -H 'X-Aws-Sqsd-Taskname: t' -H 'X-Aws-Sqsd-Msgid: 2'")
      #expect(await running.waitsForTurn(of: "t"))
      await running.group.triggerGracefulShutdown()
      #expect(await second.first == "HTTP/1.1 503 Service Unavailable")
      gate.open()
      #expect(await first.first == "HTTP/1.1 200 OK")
    }
  }
}

extension RunningWorker {
  /// Until a tick waits for the last run of its task to end.
  fileprivate func waitsForTurn(of task: String) async -> Bool {
    let ticks = fixture.worker.drain.ticks
    return await eventually {
      defer { ticks.giveBack(laneOf: task) }
      return ticks.lane(of: task)?.counts.waiting == 1
    }
  }
}
