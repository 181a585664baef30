import Foundation
import HTTPCore
import TestSupport
import Testing

/// The application is down, overloaded or wrong.
@Suite(.timeLimit(.minutes(2)))
struct OutageTests {
  @Test func `nothing is received before the application is there`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      let port = try freePort()
      try await withSqsd(service, queue: queue, application: "http://127.0.0.1:\(port)") { sqsd in
        let line = try await sqsd.line(containing: "waiting for the application")
        #expect(line.contains("Connection refused"))
        #expect(try await service.stats().calls["ReceiveMessage"] == nil)
        try await withApplication(port: port) { application in
          _ = try await sqsd.line(containing: "application found")
          _ = try await sqsd.line(containing: "message delivered")
          #expect(application.header("X-Aws-Sqsd-Receive-Count") == "1")
        }
        #expect(sqsd.events.current.lines.filter { $0.contains("waiting for the application") }.count == 1)
      }
    }
  }

  @Test func `with a health path it is there when that answers 2xx`() async throws {
    let health = TestSignal("503 Service Unavailable")
    let peer = try ScriptedPeer { _ in
      [.readRequest, .send("HTTP/1.1 \(health.current)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), .close]
    }
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      try await withSqsd(service, queue: queue, application: peer.url, ["--health-path", "/up?deep=1"]) { sqsd in
        let line = try await sqsd.line(containing: "waiting for the application")
        #expect(line.contains("/up?deep=1 is answered with 503"))
        #expect(try await service.stats().calls["ReceiveMessage"] == nil)
        health.update { $0 = "204 No Content" }
        _ = try await sqsd.line(containing: "message delivered")
        #expect(peer.record.requests.first?.text.hasPrefix("GET /up?deep=1 HTTP/1.1") == true)
      }
    }
  }

  @Test func `a message in our hands waits for an application that restarts, and costs one receive`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      let port = try freePort()
      let url = "http://127.0.0.1:\(port)"
      try await withSqsd(service, queue: queue, application: url) { sqsd in
        try await withApplication(port: port) { _ in _ = try await sqsd.line(containing: "application found") }
        for number in 1...5 { try await service.send("\(number)", to: queue) }
        _ = try await sqsd.line(containing: "application cannot be reached")
        try await withApplication(port: port) { application in
          try await service.waitUntilEmpty(queue)
          #expect(application.requests.count == 5)
          #expect(
            application.requests.allSatisfy { $0.headers.first("X-Aws-Sqsd-Receive-Count") == "1" })
        }
        #expect(sqsd.events.current.lines.filter { $0.contains("cannot be reached") }.count == 1)
      }
      #expect(try await service.stats().queues["jobs"]?.received == 5)
    }
  }

  @Test func `at a shutdown a message that waits for the application is given back at once`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      let port = try freePort()
      try await withSqsd(service, queue: queue, application: "http://127.0.0.1:\(port)") { sqsd in
        try await withApplication(port: port) { _ in _ = try await sqsd.line(containing: "application found") }
        try await service.send("{}", to: queue)
        _ = try await sqsd.line(containing: "application cannot be reached")
        sqsd.signal(SIGTERM)
        #expect(try await sqsd.end() == 0)
      }
      let jobs = try #require(try await service.stats().queues["jobs"])
      #expect(jobs.visible == 1)
      #expect(jobs.deleted == 0)
    }
  }

  @Test func `ten answers in a row that the path is wrong pause the queue, and /ready says why`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      for number in 1...25 { try await service.send("\(number)", to: queue) }
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in .text(404, "") }
      try await withApplication(respond) { application in
        try await withSqsd(
          service, queue: queue, application: application.url,
          ["--http-connections", "1", "--admin-address", "127.0.0.1:0"]
        ) { sqsd in
          let line = try await sqsd.line(containing: "path refused")
          #expect(line.contains("--http-path"))
          #expect(application.requests.count == 10)
          #expect(try await service.stats().queues["jobs"]?.received == 10)
          let ready = try await get("/ready", of: sqsd)
          #expect(ready.status == 503)
          #expect(ready.text.contains("refuses the path of queue jobs"))
        }
      }
    }
  }

  @Test func `an application that answers 503 beyond two at once gets fewer at once, and every message in the end`()
    async throws
  {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      for number in 1...40 { try await service.send("\(number)", to: queue) }
      let running = TestSignal(0)
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in
        var isTooMany = false
        running.update {
          isTooMany = $0 >= 2
          if !isTooMany { $0 += 1 }
        }
        if isTooMany { return HTTPResponse(status: 503, headers: [("Retry-After", "1")], body: []) }
        // The job itself.
        try? await Task.sleep(for: .milliseconds(20))
        running.update { $0 -= 1 }
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(service, queue: queue, application: application.url) { sqsd in
          try await service.waitUntilEmpty(queue)
          #expect(sqsd.events.current.lines.contains { $0.contains("concurrency lowered") })
        }
        #expect(application.requests.count > 40)
      }
      #expect(try await service.stats().queues["jobs"]?.deleted == 40)
    }
  }

  @Test func `more connections than a worker-server holds are named at the start`() async throws {
    let worker = try RunningProgram(
      "worker-server",
      [
        "--queue-command", "true", "--address", "127.0.0.1:0", "--concurrency", "2", "--waiting", "3", "--log-format",
        "text",
      ]
    )
    defer { worker.stop() }
    let address = try await worker.listeningAddress()
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await withSqsd(service, queue: queue, application: "http://\(address)") { sqsd in
        let line = try await sqsd.line(containing: "worker-server holds")
        #expect(line.contains("--http-connections is 50, but worker-server holds 5 requests at once"))
      }
    }
  }

  private func get(_ path: String, of sqsd: RunningProgram) async throws -> (status: Int, text: String) {
    let line = try await sqsd.line(containing: "admin listener")
    let port = try #require(line.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { Int($0.output.1) })
    let client = try RawClient(port: port)
    defer { client.close() }
    try await client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    let answer = try await client.receiveAnswer()
    return (answer.status, String(decoding: answer.body, as: UTF8.self))
  }
}
