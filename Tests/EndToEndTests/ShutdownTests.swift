import Foundation
import HTTPCore
import TestSupport
import Testing

/// How sqsd ends: what is running finishes, what is done is deleted, what was not started is given back.
@Suite(.timeLimit(.minutes(2)))
struct ShutdownTests {
  /// Answers once the test says so.
  private struct SlowJobs: Sendable {
    let mayEnd = TestSignal(false)

    @Sendable func respond(_ request: HTTPRequest) async -> HTTPResponse {
      _ = try? await mayEnd.wait { $0 }
      return .text(200, "")
    }
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `a signal in the middle of a job lets it finish and deletes its message; the rest stays visible`(
    signal: Int32
  ) async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      for number in 0..<5 { try await service.send("\(number)", to: queue) }
      let jobs = SlowJobs()
      try await withApplication(jobs.respond) { application in
        try await withSqsd(service, queue: queue, application: application.url, ["--http-connections", "2"]) { sqsd in
          try await application.events.wait { $0.running == 2 }
          sqsd.signal(signal)
          _ = try await sqsd.line(containing: "draining")
          jobs.mayEnd.update { $0 = true }
          #expect(try await sqsd.end() == 0)
          #expect(sqsd.events.current.lines.filter { $0.contains("message delivered") }.count == 2)
        }
        #expect(application.requests.count == 2)
      }
      let jobsQueue = try #require(try await service.stats().queues["jobs"])
      #expect(jobsQueue.deleted == 2)
      #expect(jobsQueue.visible == 3)
      #expect(jobsQueue.inFlight == 0)
    }
  }

  @Test func `what the open long poll still brings is given back at once`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("running", to: queue)
      let jobs = SlowJobs()
      try await withApplication(jobs.respond) { application in
        try await withSqsd(service, queue: queue, application: application.url) { sqsd in
          try await application.events.wait { $0.running == 1 }
          sqsd.signal(SIGTERM)
          _ = try await sqsd.line(containing: "draining")
          try await service.send("too late", to: queue)
          _ = try await sqsd.line(containing: "message given back")
          jobs.mayEnd.update { $0 = true }
          #expect(try await sqsd.end() == 0)
        }
        #expect(application.requests.map(\.body) == [Array("running".utf8)])
      }
      let jobsQueue = try #require(try await service.stats().queues["jobs"])
      #expect(jobsQueue.deleted == 1)
      #expect(jobsQueue.visible == 1)
      #expect(jobsQueue.inFlight == 0)
    }
  }

  @Test func `a job that outlasts the drain is cut off, logged, and its message released for a minute`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("endless", to: queue)
      let jobs = SlowJobs()
      try await withApplication(jobs.respond) { application in
        try await withSqsd(service, queue: queue, application: application.url, ["--drain-timeout", "1"]) { sqsd in
          try await application.events.wait { $0.running == 1 }
          sqsd.signal(SIGTERM)
          #expect(try await sqsd.end() == 0)
          let line = try await sqsd.line(containing: "message failed")
          #expect(line.contains("still running when the drain time was over"))
          #expect(line.contains("release after 60 s"))
        }
        jobs.mayEnd.update { $0 = true }
      }
      let stats = try await service.stats()
      #expect(stats.calls["ChangeMessageVisibilityBatch"] == 1)
      #expect(stats.queues["jobs"]?.deleted == 0)
    }
  }

  @Test func `a second signal exits at once`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("endless", to: queue)
      let jobs = SlowJobs()
      try await withApplication(jobs.respond) { application in
        try await withSqsd(service, queue: queue, application: application.url) { sqsd in
          try await application.events.wait { $0.running == 1 }
          sqsd.signal(SIGTERM)
          _ = try await sqsd.line(containing: "draining")
          sqsd.signal(SIGTERM)
          #expect(try await sqsd.end() == 1)
          #expect(sqsd.events.current.lines.contains { $0.contains("second signal") })
        }
        jobs.mayEnd.update { $0 = true }
      }
    }
  }

  @Test func `a SIGKILL loses nothing: the message comes back and is delivered by the next sqsd`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("survivor", to: queue)
      let jobs = SlowJobs()
      let short = ["--visibility-timeout", "1"]
      try await withApplication(jobs.respond) { application in
        try await withSqsd(service, queue: queue, application: application.url, short) { sqsd in
          try await application.events.wait { $0.running == 1 }
          sqsd.signal(SIGKILL)
          #expect(try await sqsd.end() == -SIGKILL)
        }
        jobs.mayEnd.update { $0 = true }
        try await withSqsd(service, queue: queue, application: application.url, short) { sqsd in
          _ = try await sqsd.line(containing: "message delivered")
          try await service.waitUntilEmpty(queue)
        }
        #expect(application.header("X-Aws-Sqsd-Receive-Count", of: 1) == "2")
      }
    }
  }
}
