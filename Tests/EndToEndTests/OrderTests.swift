import HTTPCore
import TestSupport
import Testing

/// FIFO queues: one message of a group at a time, in order; groups side by side.
@Suite(.timeLimit(.minutes(2)))
struct OrderTests {
  private func bodies(_ application: Application) -> [String] {
    application.requests.map { String(decoding: $0.body, as: UTF8.self) }
  }

  @Test func `groups run side by side, and each in its order`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue("jobs.fifo")
      for number in 1...4 {
        for group in ["a", "b", "c"] { try await service.send("\(group)\(number)", to: queue, group: group) }
      }
      let arrived = TestSignal<Set<String>>([])
      let respond = { @Sendable (request: HTTPRequest) async -> HTTPResponse in
        let body = String(decoding: request.body, as: UTF8.self)
        arrived.update { $0.insert(body) }
        // The first ones end only when all three are there at once.
        _ = try? await arrived.wait { $0.isSuperset(of: ["a1", "b1", "c1"]) }
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(service, queue: queue, application: application.url) { _ in
          try await service.waitUntilEmpty(queue)
        }
        for group in ["a", "b", "c"] {
          #expect(bodies(application).filter { $0.hasPrefix(group) } == (1...4).map { "\(group)\($0)" })
        }
        #expect(application.header("X-Aws-Sqsd-Message-Group-Id").map { ["a", "b", "c"].contains($0) } == true)
      }
    }
  }

  @Test func `a message that fails holds back the rest of its group, and no other`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue("jobs.fifo", maxReceiveCount: 10)
      for number in 1...3 {
        for group in ["a", "b"] { try await service.send("\(group)\(number)", to: queue, group: group) }
      }
      let failures = TestSignal(0)
      let others = TestSignal(0)
      let respond = { @Sendable (request: HTTPRequest) async -> HTTPResponse in
        let body = String(decoding: request.body, as: UTF8.self)
        if body.hasPrefix("b") { others.update { $0 += 1 } }
        guard body == "a1", failures.current < 2 else { return .text(200, "") }
        failures.update { $0 += 1 }
        // The other group gets to its end meanwhile.
        _ = try? await others.wait { $0 == 3 }
        return .text(500, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(
          service, queue: queue, application: application.url, ["--error-visibility-timeout", "0"]
        ) { _ in
          try await service.waitUntilEmpty(queue)
        }
        #expect(bodies(application).filter { $0.hasPrefix("a") } == ["a1", "a1", "a1", "a2", "a3"])
      }
      #expect(try await service.stats().queues["jobs.fifo"]?.deleted == 6)
    }
  }

  @Test func `few receives before a message of a FIFO queue is a dead letter are warned about`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue("jobs.fifo", maxReceiveCount: 3)
      try await withApplication { application in
        try await withSqsd(service, queue: queue, application: application.url) { sqsd in
          let line = try await sqsd.line(containing: "maxReceiveCount of")
          #expect(line.contains("is 3: on a FIFO queue give it at least 10"))
        }
      }
    }
  }

  @Test func `a receive whose answer is lost is asked for again under the same name`() async throws {
    let message = #"{"Messages":[{"MessageId":"m-1","ReceiptHandle":"h","Body":"hi"}]}"#
    let peer = try ScriptedPeer { _ in
      [.readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n\(message)"), .close]
    }
    let sqsd = try RunningProgram(
      "sqsd",
      [
        "--queue-url", "\(peer.url)/000000000000/jobs.fifo", "--http-url", peer.url, "--admin-address", "off",
        "--drain-timeout", "0", "--log-format", "json",
      ],
      environment: [
        "AWS_ENDPOINT_URL": peer.url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
      ])
    defer { sqsd.stop() }
    @Sendable func attempts(_ record: ScriptedPeer.Record) -> [String] {
      record.requests.filter { $0.text.contains("AmazonSQS.ReceiveMessage") }.compactMap {
        $0.text.firstMatch(of: /"ReceiveRequestAttemptId":"([0-9a-f]+)"/).map { String($0.output.1) }
      }
    }
    let record = try await peer.events.wait { attempts($0).count >= 2 }
    #expect(Set(attempts(record)).count == 1)
    #expect(record.requests.filter { $0.text.contains("POST / HTTP/1.1\r\nHost") && $0.text.hasSuffix("hi") }.isEmpty)
  }

  @Test func `the group of a message on a standard queue is passed on and orders nothing`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      for number in 1...2 { try await service.send("\(number)", to: queue, group: "tenant") }
      let arrived = TestSignal(0)
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in
        arrived.update { $0 += 1 }
        // Both at once, or this never ends.
        _ = try? await arrived.wait { $0 == 2 }
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(service, queue: queue, application: application.url) { _ in
          try await service.waitUntilEmpty(queue)
        }
        #expect(application.header("X-Aws-Sqsd-Message-Group-Id") == "tenant")
      }
    }
  }
}
