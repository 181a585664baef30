import Glibc
import HTTPCore
import ServiceLifecycle
import TestSupport
import Testing

@testable import Server

/// The worker over real sockets, asked by curl as people do.
@Suite(.timeLimit(.minutes(1)))
struct WorkerTests {
  @Test func `a bare curl runs the job`() async throws {
    _ = try await withWorker(["--queue-command", "sh -c 'cat >&2; exit 0'"]) { running in
      let answer = await running.curl("/queue", "-i -d hello")
      #expect(answer.first == "HTTP/1.1 200 OK")
      #expect(answer.last?.hasPrefix(#"{"exit":0,"duration":"#) == true)
      #expect(running.fixture.log.lines("job output").first?.metadata["line"] == "hello")
    }
  }

  @Test func `a megabyte arrives byte for byte, and more than allowed is 413`() async throws {
    _ = try await withWorker(["--queue-command", "sha256sum", "--max-body", "1048576"]) { running in
      let sum = try await JobProbe().sh("head -c 1048576 /dev/zero | tr '\\0' z | sha256sum").text().first
      let body = "head -c 1048576 /dev/zero | tr '\\0' z | curl -sS --data-binary @- http://\(running.address)/queue"
      let answer = try await JobProbe().sh(body)
      #expect(answer.text().first?.hasPrefix(#"{"exit":0"#) == true)
      #expect(running.fixture.log.lines("job output").first?.metadata["line"] == sum)
      let large = try await JobProbe().sh(
        "head -c 1048577 /dev/zero | curl -sS -o /dev/null -w '%{http_code}' --data-binary @- "
          + "http://\(running.address)/queue")
      #expect(large.text() == ["413"])
    }
  }

  @Test func `a client hears at intervals that its job still runs`() async throws {
    _ = try await withWorker(
      ["--queue-command", "sleep 1"], change: { $0.rules.interimInterval = .milliseconds(150) }
    ) { running in
      let answer = await running.curl("/queue", "-i -d x")
      #expect(answer.filter { $0.hasPrefix("HTTP/1.1 102") }.count >= 2)
      #expect(answer.filter { $0.hasPrefix("HTTP/1.1 200") }.count == 1)
    }
  }

  @Test func `a Unix socket serves the same`() async throws {
    let path = "/tmp/beanpole-worker-\(getpid()).sock"
    _ = try await withWorker(["--queue-command", "/bin/true"], change: { $0.address = .unix(path: path) }) { running in
      #expect(await running.curl("/queue", "-d x").first?.hasPrefix(#"{"exit":0"#) == true)
      let health = try await HTTPProbe.get(running.address, path: "/health", timeout: .seconds(5))
      #expect(health == 200)
    }
  }

  @Test func `fifty requests at once are all answered`() async throws {
    _ = try await withWorker(["--queue-command", "cat", "--concurrency", "5"]) { running in
      let probe = try JobProbe()
      let result = await probe.sh(
        "for i in $(seq 50); do curl -s -o /dev/null -w '%{http_code}\\n' -d $i http://\(running.address)/queue & done; wait"
      )
      #expect(result.text() == [String](repeating: "200", count: 50))
      let lines = running.fixture.log.lines("job output").compactMap { $0.metadata["line"].flatMap { Int($0) } }
      #expect(lines.sorted() == Array(1...50))
    }
  }

  @Test func `a running job ends and is answered before the server does`() async throws {
    let gate = "/tmp/beanpole-gate-\(getpid())-ending"
    defer { unsafe unlink(gate) }
    let command = "sh -c 'echo up; while [ ! -e \(gate) ]; do sleep 0.02; done'"
    let worker = try await withWorker(["--queue-command", command, "--grace", "40"]) { running in
      async let job = running.curl("/queue", "-d x")
      try await running.fixture.log.wait(for: "job output")
      await running.group.triggerGracefulShutdown()
      try await running.fixture.log.wait(for: "draining")
      #expect(await running.curl("/health", "-o /dev/null -w '%{http_code}'") == ["503"])
      let late = await running.curl("/queue", "-i -d y")
      #expect(late.first == "HTTP/1.1 503 Service Unavailable")
      #expect(late.contains("Retry-After: 5"))
      close(unsafe creat(gate, 0o600))
      #expect(await job.first?.hasPrefix(#"{"exit":0"#) == true)
    }
    #expect(worker.ending == .allJobsEnded)
  }

  @Test func `a job that outlasts the grace period is told to stop, then killed`() async throws {
    let worker = try await withWorker(
      [
        "--queue-command", #"sh -c "trap 'echo told' TERM; echo up; while :; do sleep 0.02; done""#, "--grace", "2",
        "--kill-after", "1",
      ]
    ) { running in
      async let job = running.curl("/queue", "-i -d x")
      try await running.fixture.log.wait(for: "job output")
      await running.group.triggerGracefulShutdown()
      let answer = await job
      #expect(answer.first == "HTTP/1.1 500 Internal Server Error")
      #expect(answer.last?.hasPrefix(#"{"signal":"SIGKILL","stopped":"shutdown","duration":"#) == true)
      let output = running.fixture.log.lines("job output").filter { $0.metadata["stream"] == "stdout" }
      #expect(output.map { $0.metadata["line"] } == ["up", "told"])
    }
    #expect(worker.ending == .jobsStopped)
  }

  @Test func `a client that leaves while it waits takes its request with it`() async throws {
    let gate = "/tmp/beanpole-gate-\(getpid())-gone"
    defer { unsafe unlink(gate) }
    let command = "sh -c 'echo up; while [ ! -e \(gate) ]; do sleep 0.02; done'"
    _ = try await withWorker(["--queue-command", command, "--concurrency", "1"]) { running in
      guard case .tcp(_, let port) = running.address else { return #expect(Bool(false)) }
      async let first = running.curl("/queue", "-d x")
      try await running.fixture.log.wait(for: "job output")
      let client = try RawClient(port: port)
      try await client.send("POST /queue HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\ny")
      #expect(await eventually { running.fixture.worker.slots.counts.waiting == 1 })
      client.close()
      #expect(await eventually { running.fixture.worker.slots.counts.waiting == 0 })
      close(unsafe creat(gate, 0o600))
      #expect(await first.first?.hasPrefix(#"{"exit":0"#) == true)
      #expect(running.fixture.log.lines("job output").count == 1)
      #expect(running.fixture.log.lines("no job started").count == 1)
    }
  }

  @Test func `a client that leaves its running job does not end the job, and the log says so`() async throws {
    let gate = "/tmp/beanpole-gate-\(getpid())-left"
    defer { unsafe unlink(gate) }
    let command = "sh -c 'echo up; while [ ! -e \(gate) ]; do sleep 0.02; done'"
    _ = try await withWorker(["--queue-command", command]) { running in
      guard case .tcp(_, let port) = running.address else { return #expect(Bool(false)) }
      let client = try RawClient(port: port)
      try await client.send("POST /queue HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\ny")
      try await running.fixture.log.wait(for: "job output")
      client.reset()
      try await running.fixture.log.wait(for: "client gone, its job runs on (--on-disconnect keep)")
      close(unsafe creat(gate, 0o600))
      try await running.fixture.log.wait(for: "job succeeded")
      #expect(running.fixture.log.lines("job succeeded").first?.metadata["client.gone"] == "true")
    }
  }

  @Test func `a Unix socket has the mode that it is given`() async throws {
    let path = "/tmp/beanpole-mode-\(getpid()).sock"
    _ = try await withWorker(
      ["--queue-command", "/bin/true", "--socket-mode", "600"], change: { $0.address = .unix(path: path) }
    ) { _ in
      var status = stat()
      #expect(unsafe stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test func `a request that waits for a slot hears that it is not forgotten`() async throws {
    let gate = FileGate()
    defer { gate.remove() }
    _ = try await withWorker(
      ["--queue-command", gate.command, "--concurrency", "1"],
      change: { $0.rules.interimInterval = .milliseconds(50) }
    ) { running in
      async let first = running.curl("/queue", "-d x")
      try await running.fixture.log.wait(for: "job output")
      let second = try await running.client()
      let interim = "HTTP/1.1 102 Processing\r\n\r\n"
      try await second.receive(until: interim + interim)
      #expect(running.fixture.worker.slots.counts.waiting == 1)
      gate.open()
      try await second.receive(until: "HTTP/1.1 200 OK")
      _ = await first
    }
  }

  @Test func `an idle server stops at once`() async throws {
    let started = ContinuousClock.now
    let worker = try await withWorker(["--queue-command", "/bin/true", "--grace", "3600"]) { running in
      // A kept connection must not hold the server either.
      _ = await running.curl("/health")
    }
    #expect(worker.ending == .allJobsEnded)
    #expect(ContinuousClock.now - started < .seconds(30))
  }
}
