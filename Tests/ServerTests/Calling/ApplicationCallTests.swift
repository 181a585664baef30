import FastCGI
import ServiceLifecycle
import TestSupport
import Testing

@testable import Server

private typealias Records = FastCGIRecords

/// Endpoints before a FastCGI application that does what a script says.
@Suite(.timeLimit(.minutes(1)))
struct ApplicationCallTests {
  /// ``ScriptedPeer/Step/readHead`` looks for this.
  private static let body = "\r\n\r\n"

  private func fixture(_ peer: ScriptedPeer, _ arguments: [String] = []) throws -> WorkerFixture {
    let first = ["--queue-fastcgi", "127.0.0.1:\(peer.port)", "--fastcgi-script", "/app/public/index.php"]
    return try WorkerFixture(
      first + arguments,
      change: {
        // However slow the test is.
        $0.fastCGILimits.idleTime = .seconds(600)
        $0.fastCGILimits.acceptTime = .seconds(600)
      })
  }

  @Test(arguments: [200, 201, 204, 299]) func `each 2xx is exactly 200`(status: Int) async throws {
    let peer = try ScriptedPeer { _ in [.readHead, .sendBytes(Records.answer("Status: \(status)\r\n\r\n"))] }
    let fixture = try fixture(peer)
    let answer = await fixture.request("POST", "/queue", headers: [("X-Aws-Sqsd-Msgid", "m")], body: Self.body)
    #expect(answer.status == 200)
    #expect(answer.body.hasPrefix(#"{"msgid":"m","status":\#(status),"duration":0."#))
    #expect(fixture.log.lines("job succeeded").first?.metadata["job.status"] == "\(status)")
  }

  @Test(arguments: [301, 302, 400, 404, 422, 500, 503]) func `any other status is 500`(status: Int) async throws {
    let peer = try ScriptedPeer { _ in
      [.readHead, .sendBytes(Records.answer("Status: \(status) X\r\nLocation: /\r\n\r\nwhy"))]
    }
    let fixture = try fixture(peer)
    let answer = await fixture.request("POST", "/queue", body: Self.body)
    #expect(answer.status == 500 && answer.body.hasPrefix(#"{"status":\#(status),"duration":"#))
    let line = fixture.log.lines("job failed").first
    #expect(line?.metadata["job.status"] == "\(status)" && line?.metadata["job.tail"] == "why")
  }

  @Test(arguments: [("30", "30"), ("Fri, 31 Dec 1999 23:59:59 GMT", #""Fri, 31 Dec 1999 23:59:59 GMT""#)])
  func `Retry-After of an answer that failed is passed on`(value: String, json: String) async throws {
    let peer = try ScriptedPeer { _ in
      [.readHead, .sendBytes(Records.answer("Status: 503\r\nRetry-After: \(value)\r\n\r\n"))]
    }
    let fixture = try fixture(peer)
    let failed = await fixture.request("POST", "/queue", body: Self.body)
    #expect(failed.status == 500 && failed.headers["Retry-After"] == value)
    #expect(failed.body.contains(#""retryAfter":\#(json)}"#))
    #expect(fixture.log.lines("job failed").first?.metadata["retry.after"] == value)
  }

  @Test(arguments: ["Retry-After: 30", "Retry-After: \(String(repeating: "9", count: 65))", "Retry-After: é", "X: y"])
  func `and that of a success, or one that is none, is not`(field: String) async throws {
    let status = field == "Retry-After: 30" ? 200 : 500
    let peer = try ScriptedPeer { _ in
      [.readHead, .sendBytes(Records.answer("Status: \(status)\r\n\(field)\r\n\r\n"))]
    }
    let answer = try await fixture(peer).request("POST", "/queue", body: Self.body)
    #expect(answer.status == status && answer.headers["Retry-After"] == nil)
  }

  @Test func `standard error is logged line by line, and not in the tail`() async throws {
    let peer = try ScriptedPeer { _ in
      [.readHead, .sendBytes(Records.errorOutput("one\ntw") + Records.errorOutput("o\nthree") + Records.ok)]
    }
    let fixture = try fixture(peer)
    _ = await fixture.request("POST", "/queue", headers: [("X-Aws-Sqsd-Msgid", "m")], body: Self.body)
    let lines = fixture.log.lines("job output")
    #expect(lines.map { $0.metadata["line"] } == ["one", "two", "three"])
    #expect(lines.allSatisfy { $0.metadata["stream"] == "stderr" && $0.metadata["message.id"] == "m" })
  }

  @Test func `endless standard error is cut, and the answer comes`() async throws {
    let line = String(repeating: "x", count: 5_000) + "\n"
    let peer = try ScriptedPeer { _ in
      [.readHead] + (0..<300).map { _ in .sendBytes(Records.errorOutput(line)) } + [.sendBytes(Records.ok)]
    }
    let fixture = try fixture(peer)
    #expect(await fixture.request("POST", "/queue", body: Self.body).status == 200)
    #expect(fixture.log.lines("the job writes more than is logged; the rest is dropped").count == 1)
    #expect(fixture.log.lines("job output").allSatisfy { $0.metadata["line.length"] == "5000" })
    #expect(fixture.log.lines("job succeeded").first?.metadata["output.dropped"] != nil)
  }

  @Test func `of a large error page the log has both ends`() async throws {
    let page = "begin" + String(repeating: "x", count: 100_000) + "end"
    let peer = try ScriptedPeer { _ in [.readHead, .sendBytes(Records.answer("Status: 500\r\n\r\n" + page))] }
    let fixture = try fixture(peer, ["--output-in-response"])
    let answer = await fixture.request("POST", "/queue", body: Self.body)
    #expect(answer.body.contains(#""outputBytes":100008}"#) && answer.body.contains(#""output":"beginx"#))
    #expect(answer.body.utf8.count < 70_000 && answer.body.contains(#"xend""#))
    let tail = fixture.log.lines("job failed").first?.metadata["job.tail"] ?? ""
    #expect(tail.utf8.count <= 3_900 && tail.hasSuffix("xend"))
  }

  @Test func `an application that is not there is 503, with the time to come again`() async throws {
    let peer = try ScriptedPeer { _ in [] }
    let fixture = try fixture(peer)
    peer.stop()
    let answer = await fixture.request("POST", "/queue", body: Self.body)
    #expect(answer.status == 503 && answer.headers["Retry-After"] == "30")
    #expect(answer.body.contains("cannot be reached (Connection refused). Is php-fpm running"))
    #expect(fixture.log.lines("job failed").first?.metadata["job.error"]?.contains("cannot be reached") == true)
  }

  @Test func `an application that closes or babbles is 500`() async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? [.readHead, .close] : [.readHead, .send("HTTP/1.1 400 Bad Request\r\n\r\n")]
    }
    let fixture = try fixture(peer)
    let closed = await fixture.request("POST", "/queue", body: Self.body)
    #expect(closed.status == 500 && closed.body.contains("closed the connection without an answer"))
    let babble = await fixture.request("POST", "/queue", body: Self.body)
    #expect(babble.status == 500 && babble.body.contains("answers in HTTP, not in FastCGI"))
  }

  @Test func `a call over its time is given up and says why`() async throws {
    let peer = try ScriptedPeer { _ in [.readHead] }
    let fixture = try fixture(peer, ["--job-timeout", "1"])
    let answer = await fixture.request("POST", "/queue", body: Self.body)
    #expect(answer.status == 500)
    #expect(answer.body.contains(#""stopped":"time limit","duration":1."#))
    let line = fixture.log.lines("job failed").first
    #expect(line?.metadata["job.stopped"] == "time limit" && line?.metadata["job.limit"] == "--job-timeout 1 s")
    #expect(line?.metadata["job.error"]?.contains("its script may run on") == true)
    try await peer.events.wait { $0.closedByClient == 1 }
  }

  @Test func `the same message twice is one call`() async throws {
    let peer = try ScriptedPeer { _ in [.readHead, .pause(.milliseconds(200)), .sendBytes(Records.ok)] }
    let fixture = try fixture(peer)
    let answers = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<3 {
        group.addTask {
          await fixture.request("POST", "/queue", headers: [("X-Aws-Sqsd-Msgid", "m")], body: Self.body).status
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers == [200, 200, 200] && peer.record.requests.count == 1)
  }

  @Test func `no more calls at once than jobs`() async throws {
    let peer = try ScriptedPeer { _ in
      (0..<20).flatMap { _ in [ScriptedPeer.Step.readHead, .pause(.milliseconds(1)), .sendBytes(Records.ok)] }
    }
    let fixture = try fixture(peer, ["--concurrency", "2"])
    await withTaskGroup { group in
      for _ in 0..<20 {
        group.addTask { #expect(await fixture.request("POST", "/queue", body: Self.body).status == 200) }
      }
    }
    #expect(peer.record.connectionCount == 2 && peer.record.requests.count == 20)
  }

  @Test func `both endpoints share the connections of one address`() async throws {
    let peer = try ScriptedPeer { _ in (0..<4).flatMap { _ in [.readHead, .sendBytes(Records.ok)] } }
    let arguments = [
      "--schedule-fastcgi", "127.0.0.1:\(peer.port)", "--queue-path", "/worker/queue", "--schedule-path",
      "/worker/schedule",
    ]
    let fixture = try fixture(peer, arguments)
    for path in ["/worker/queue", "/worker/schedule", "/worker/queue", "/worker/schedule"] {
      #expect(await fixture.request("POST", path, body: Self.body).status == 200)
    }
    #expect(peer.record.connectionCount == 1)
    for (request, path) in zip(peer.record.requests, ["/worker/queue", "/worker/schedule"]) {
      #expect(request.text.contains("REQUEST_URI\(path)"))
    }
  }

  @Test func `the client hears that a call still runs, and who it is that asks`() async throws {
    let peer = try ScriptedPeer { _ in [.readHead, .awaitRequests(2), .sendBytes(Records.ok)] }
    let arguments = ["--queue-fastcgi", "127.0.0.1:\(peer.port)", "--fastcgi-script", "/i.php"]
    _ = try await withWorker(arguments, change: { $0.rules.interimInterval = .milliseconds(20) }) { worker in
      let first = try await worker.client(body: Self.body)
      try await first.receive(until: "HTTP/1.1 102 Processing")
      let second = try await worker.client(body: Self.body)
      try await first.receive(until: "HTTP/1.1 200 OK")
      try await second.receive(until: "HTTP/1.1 200 OK")
    }
    #expect(peer.record.requests.first?.text.contains("REMOTE_ADDR127.0.0.1") == true)
  }

  @Test func `a client that leaves ends its call, if that is the rule`() async throws {
    let peer = try ScriptedPeer { _ in [.readHead] }
    let arguments = [
      "--queue-fastcgi", "127.0.0.1:\(peer.port)", "--fastcgi-script", "/i.php", "--on-disconnect", "terminate",
    ]
    let worker = try await withWorker(arguments) { worker in
      let client = try await worker.client(body: Self.body)
      try await peer.events.wait { $0.requests.count == 1 }
      client.reset()
      try await peer.events.wait { $0.closedByClient == 1 }
      try await worker.fixture.log.wait(for: "job failed")
      #expect(worker.fixture.log.lines("job failed").first?.metadata["job.stopped"] == "client gone")
    }
    #expect(worker.ending == .allJobsEnded)
  }

  @Test func `a shutdown waits for calls, and gives them up at its end`() async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? [.readHead, .awaitRequests(2), .pause(.milliseconds(300)), .sendBytes(Records.ok)] : [.readHead]
    }
    let arguments = [
      "--queue-fastcgi", "127.0.0.1:\(peer.port)", "--fastcgi-script", "/i.php", "--grace", "1", "--kill-after", "1",
    ]
    let worker = try await withWorker(arguments) { worker in
      let first = try await worker.client(body: Self.body)
      try await peer.events.wait { $0.requests.count == 1 }
      let second = try await worker.client(body: Self.body)
      try await peer.events.wait { $0.requests.count == 2 }
      await worker.group.triggerGracefulShutdown()
      try await first.receive(until: "HTTP/1.1 200 OK")
      try await second.receive(until: #""stopped":"shutdown""#)
      #expect(worker.fixture.log.lines("the grace period ends: jobs are told to stop").isEmpty)
      #expect(worker.fixture.log.lines("the grace period has ended: calls are given up").count == 1)
    }
    #expect(worker.ending == .jobsStopped)
  }
}
