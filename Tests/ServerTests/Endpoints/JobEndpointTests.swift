import Locks
import Glibc
import Logging
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct JobEndpointTests {
  @Test func `exit 0 is exactly 200, with one line of JSON`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "/bin/true"])
    let answer = await fixture.request("POST", "/queue", headers: [("X-Aws-Sqsd-Msgid", "m-\"1\"")])
    #expect(answer.status == 200)
    #expect(answer.body.hasPrefix(#"{"msgid":"m-\"1\"","exit":0,"duration":0."#))
    #expect(answer.body.hasSuffix("}\n"))
    #expect(answer.headers["Content-Type"] == "application/json")
  }

  @Test func `any other end is 500`() async throws {
    let fixture = try WorkerFixture(["--queue-command", #"sh -c "cat > /dev/null; exit 3""#])
    let exit = await fixture.request("POST", "/queue", body: "x")
    #expect(exit.status == 500)
    #expect(exit.body.hasPrefix(#"{"exit":3,"duration":"#))
    let killed = try WorkerFixture(["--queue-command", "sh -c 'kill -9 $$'"])
    let signal = await killed.request("POST", "/queue")
    #expect(signal.status == 500)
    #expect(signal.body.hasPrefix(#"{"signal":"SIGKILL","duration":"#))
  }

  @Test func `a job over its time is 500 and says why`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "sleep 30", "--job-timeout", "1"])
    let answer = await fixture.request("POST", "/queue")
    #expect(answer.status == 500)
    #expect(answer.body.hasPrefix(#"{"signal":"SIGTERM","stopped":"time limit","duration":1."#))
    #expect(fixture.log.lines("job failed").first?.metadata["job.stopped"] == "time limit")
    #expect(fixture.log.lines("job failed").first?.metadata["job.limit"] == "--job-timeout 1 s")
  }

  @Test func `a job that cannot start is 500 and names the program`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "no-such-program-9"])
    let answer = await fixture.request("POST", "/queue", headers: [("x-aws-sqsd-msgid", "m")])
    #expect(answer.status == 500)
    #expect(
      answer.body.hasPrefix(
        #"{"msgid":"m","error":"there is no program \"no-such-program-9\" in PATH (/usr/bin:/bin)","duration":0."#))
    #expect(fixture.log.lines("job failed").first?.metadata["job.error"]?.contains("no-such-program-9") == true)
  }

  @Test func `the body is the job's input and the headers are its environment`() async throws {
    let fixture = try WorkerFixture([
      "--queue-command", "sh -c 'cat; echo; env | grep SQSD_ | grep -v ^SQSD_RETRY_AFTER_FILE= | sort'",
    ])
    let answer = await fixture.request(
      "POST", "/queue",
      headers: [
        ("X-Aws-Sqsd-Msgid", "m-7"), ("X-Aws-Sqsd-Queue", "jobs"), ("X-Aws-Sqsd-Receive-Count", "4"),
        ("X-Aws-Sqsd-First-Received-At", "2023-08-15T13:57:53Z"), ("X-Aws-Sqsd-Attr-Vendor-Id", "a b"),
      ], body: "the body")
    #expect(answer.status == 200)
    #expect(
      fixture.log.lines("job output").map { $0.metadata["line"] } == [
        "the body", "SQSD_ATTR_VENDOR_ID=a b", "SQSD_FIRST_RECEIVED_AT=2023-08-15T13:57:53Z", "SQSD_MSGID=m-7",
        "SQSD_QUEUE=jobs", "SQSD_RECEIVE_COUNT=4",
      ])
  }

  @Test func `a schedule tells its task, with an empty body and any content type`() async throws {
    let fixture = try WorkerFixture(["--schedule-command", "sh -c 'wc -c; echo $SQSD_TASKNAME $SQSD_SCHEDULED_AT'"])
    let answer = await fixture.request(
      "POST", "/schedule",
      headers: [
        ("Content-Type", "application/json"), ("X-Aws-Sqsd-Taskname", "nightly"),
        ("X-Aws-Sqsd-Scheduled-At", "2019-11-14T00:47:00Z"),
      ])
    #expect(answer.status == 200)
    #expect(fixture.log.lines("job output").map { $0.metadata["line"] } == ["0", "nightly 2019-11-14T00:47:00Z"])
    #expect(fixture.log.lines("job succeeded").first?.metadata["task.name"] == "nightly")
  }

  @Test func `malformed headers are no reason not to run`() async throws {
    let fixture = try WorkerFixture([
      "--queue-command", "sh -c 'env | grep SQSD_ | grep -v ^SQSD_RETRY_AFTER_FILE= | wc -l'",
    ])
    let answer = await fixture.request(
      "POST", "/queue",
      headers: [("X-Aws-Sqsd-Receive-Count", "many"), ("X-Aws-Sqsd-Sent-At", "yesterday"), ("X-Aws-Sqsd-Msgid", "")])
    #expect(answer.status == 200)
    #expect(fixture.log.lines("job output").map { $0.metadata["line"] } == ["0"])
  }

  @Test func `one line tells how a job ended, with what identifies it`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "sh -c 'echo to out; echo to err >&2; exit 9'"])
    _ = await fixture.request(
      "POST", "/queue",
      headers: [
        ("X-Aws-Sqsd-Msgid", "m-9"), ("X-Aws-Sqsd-Queue", "jobs"), ("X-Aws-Sqsd-Receive-Count", "2"),
        ("X-Aws-Sqsd-Attr-Token", "attribute-value"),
      ], body: "secret-body")
    let end = try #require(fixture.log.lines("job failed").first)
    #expect(end.level == .error)
    #expect(end.metadata["message.id"] == "m-9")
    #expect(end.metadata["queue.name"] == "jobs")
    #expect(end.metadata["receive.count"] == "2")
    #expect(end.metadata["endpoint"] == "queue")
    #expect(end.metadata["job.exit"] == "9")
    #expect(end.metadata["job.pid"].flatMap { Int($0) } != nil)
    #expect(end.metadata["job.duration"].flatMap { Double($0) } != nil)
    let tail = try #require(end.metadata["job.tail"])
    #expect(tail == "to out\nto err\n" || tail == "to err\nto out\n")
    let output = fixture.log.lines("job output")
    #expect(
      Set(output.map { "\($0.metadata["stream"] ?? "") \($0.metadata["line"] ?? "")" }) == [
        "stdout to out", "stderr to err",
      ])
    #expect(output.allSatisfy { $0.metadata["message.id"] == "m-9" })
    for line in fixture.log.lines {
      #expect(!line.metadata.values.contains { $0.contains("secret-body") || $0.contains("attribute-value") })
    }
  }

  @Test func `a success logs no tail`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "echo fine"])
    _ = await fixture.request("POST", "/queue")
    let end = try #require(fixture.log.lines("job succeeded").first)
    #expect(end.level == .info)
    #expect(end.metadata["job.tail"] == nil)
    #expect(end.metadata["message.id"] == nil)
  }

  @Test func `attributes that collide are said, the job runs`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "/bin/true"])
    let answer = await fixture.request(
      "POST", "/queue", headers: [("X-Aws-Sqsd-Attr-a-b", "1"), ("X-Aws-Sqsd-Attr-a.b", "2")])
    #expect(answer.status == 200)
    #expect(
      fixture.log.lines("left out of the job's environment").first?.metadata["variables"]
        == "SQSD_ATTR_A_B: another attribute before it has the same name here")
  }

  @Test func `its output is in the answer only if that is asked for, and then its end`() async throws {
    let command = #"sh -c "echo first; head -c 100000 /dev/zero | tr '\\0' z; echo; printf 'é\"\\n'; exit 3""#
    let silent = try WorkerFixture(["--queue-command", command])
    #expect(await !silent.request("POST", "/queue").body.contains("zzz"))
    let fixture = try WorkerFixture(["--queue-command", command, "--output-in-response"])
    let answer = await fixture.request("POST", "/queue")
    #expect(answer.status == 500)
    #expect(answer.body.contains(#""output":"zzz"#))
    #expect(!answer.body.contains("first"))
    #expect(answer.body.contains(#"z\né\"\n","outputBytes":100011}"#))
    #expect((65_000...66_000).contains(answer.body.utf8.count))
    // The log's end of it stays short.
    #expect(fixture.log.lines("job failed").first?.metadata["job.tail"]?.utf8.count == 3_900)
  }

  @Test func `a job has the working directory that it is given`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "pwd", "--job-directory", "/usr/lib"])
    _ = await fixture.request("POST", "/queue")
    #expect(fixture.log.lines("job output").map { $0.metadata["line"] } == ["/usr/lib"])
  }

  // MARK: Routes

  @Test func `an endpoint without a command is 404 and names the right paths`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "/bin/true", "--queue-path", "/worker/queue"])
    let schedule = await fixture.request("POST", "/schedule")
    #expect(schedule.status == 404)
    #expect(
      schedule.body
        == #"{"error":"no job is configured for /schedule (--schedule-command or --schedule-fastcgi)","paths":["POST /worker/queue","GET /health"]}"#
        + "\n")
    let root = await fixture.request("POST", "/")
    #expect(root.status == 404)
    #expect(root.body.contains(#""paths":["POST /worker/queue","GET /health"]"#))
  }

  @Test func `another method is 405 and says which`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "/bin/true"])
    let answer = await fixture.request("GET", "/queue")
    #expect(answer.status == 405)
    #expect(answer.headers["Allow"] == "POST")
  }

  @Test func `health tells what runs`() async throws {
    let fixture = try WorkerFixture(["--queue-command", "/bin/true", "--concurrency", "4", "--waiting", "7"])
    let health = await fixture.request("GET", "/health")
    #expect(health.status == 200)
    #expect(health.body == "{\"status\":\"ok\",\"running\":0,\"waiting\":0,\"concurrency\":4,\"waitingLimit\":7}\n")
    fixture.worker.slots.close()
    let draining = await fixture.request("GET", "/health")
    #expect(draining.status == 503)
    #expect(draining.body.hasPrefix(#"{"status":"draining""#))
  }

  // MARK: Capacity

  @Test func `with three slots never more than three jobs run, and three do`() async throws {
    let running = Locked((now: 0, most: 0))
    let log = LogCapture { line in
      running.withLock { running in
        switch line.metadata["line"] {
        case "start": running.now += 1
        case "end": running.now -= 1
        default: break
        }
        running.most = max(running.most, running.now)
      }
    }
    let fixture = try WorkerFixture(
      ["--queue-command", "sh -c 'echo start; sleep 0.1; echo end'", "--concurrency", "3"], log: log)
    let statuses = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<18 { group.addTask { await fixture.request("POST", "/queue").status } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == [Int](repeating: 200, count: 18))
    #expect(running.withLock { $0.most } == 3)
    #expect(fixture.worker.slots.counts.running == 0)
  }

  /// Jobs of this command run until the file is there.
  private func gated(_ name: String) -> (path: String, command: String) {
    let path = "/tmp/beanpole-gate-\(getpid())-\(name)"
    return (path, "sh -c 'echo up; while [ ! -e \(path) ]; do sleep 0.02; done'")
  }

  private func open(_ path: String) {
    close(unsafe creat(path, 0o600))
  }

  @Test func `beyond the waiting line there is 503 with Retry-After; who waits gets the next slot`() async throws {
    let gate = gated("full")
    defer { unsafe unlink(gate.path) }
    let fixture = try WorkerFixture(["--queue-command", gate.command, "--concurrency", "1", "--waiting", "1"])
    async let first = fixture.request("POST", "/queue")
    #expect(await eventually { fixture.worker.slots.counts.running == 1 })
    async let second = fixture.request("POST", "/queue")
    #expect(await eventually { fixture.worker.slots.counts.waiting == 1 })
    let third = await fixture.request("POST", "/queue")
    #expect(third.status == 503)
    #expect(third.headers["Retry-After"] == "30")
    #expect(third.body == "{\"error\":\"all jobs are busy and the waiting line is full\"}\n")
    open(gate.path)
    #expect(await first.status == 200)
    #expect(await second.status == 200)
  }

  @Test func `a request that is withdrawn while it waits never runs`() async throws {
    let gate = gated("withdrawn")
    defer { unsafe unlink(gate.path) }
    let fixture = try WorkerFixture(["--queue-command", gate.command, "--concurrency", "1"])
    async let first = fixture.request("POST", "/queue")
    #expect(await eventually { fixture.worker.slots.counts.running == 1 })
    let waiting = Task { await fixture.request("POST", "/queue").status }
    #expect(await eventually { fixture.worker.slots.counts.waiting == 1 })
    waiting.cancel()
    #expect(await waiting.value == 503)
    #expect(fixture.worker.slots.counts.waiting == 0)
    open(gate.path)
    #expect(await first.status == 200)
    #expect(fixture.log.lines("job output").count == 1)
  }

  @Test func `draining answers waiting requests at once and lets the running job end`() async throws {
    let gate = gated("draining")
    defer { unsafe unlink(gate.path) }
    let fixture = try WorkerFixture(["--queue-command", gate.command, "--concurrency", "1"])
    async let first = fixture.request("POST", "/queue")
    #expect(await eventually { fixture.worker.slots.counts.running == 1 })
    async let second = fixture.request("POST", "/queue")
    #expect(await eventually { fixture.worker.slots.counts.waiting == 1 })
    fixture.worker.slots.close()
    let refused = await second
    #expect(refused.status == 503)
    #expect(refused.headers["Retry-After"] == "5")
    #expect(await fixture.request("POST", "/queue").status == 503)
    open(gate.path)
    #expect(await first.status == 200)
    await fixture.worker.slots.untilIdle()
  }
}
