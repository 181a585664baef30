import Foundation
import HTTPCore
import TestSupport
import Testing

/// One sqsd, several queues: each has its own path and its own part of the connections.
@Suite(.timeLimit(.minutes(2)))
struct SeveralQueuesTests {
  @Test func `each queue's messages go to its path, and one full of endless jobs starves no other`() async throws {
    try await withQueueService { service in
      let jobs = try await service.makeQueue("jobs")
      let mail = try await service.makeQueue("mail")
      try await service.boto3.call("fill", ["QueueUrl": jobs, "Count": 30])
      let mayEnd = TestSignal(false)
      let respond = { @Sendable (request: HTTPRequest) async -> HTTPResponse in
        if request.path == "/jobs" { _ = try? await mayEnd.wait { $0 } }
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(
          service, queue: "\(jobs)=/jobs", application: application.url,
          ["--queue-url", "\(mail)=/mail", "--http-connections", "8", "--queue-shares", "3,1"]
        ) { sqsd in
          try await application.events.wait { $0.running == 6 }
          try await service.boto3.call("fill", ["QueueUrl": mail, "Count": 20])
          try await service.waitUntilEmpty(mail)
          // All the time the jobs have their part and no more.
          #expect(application.requests.filter { $0.path == "/jobs" }.count == 6)
          mayEnd.update { $0 = true }
          try await service.waitUntilEmpty(jobs)
          #expect(
            sqsd.events.current.lines.contains { $0.contains("message delivered") && $0.contains(#""queue":"mail""#) })
        }
        #expect(application.requests.filter { $0.path == "/mail" }.count == 20)
        #expect(application.requests.filter { $0.path == "/jobs" }.count == 30)
        #expect(application.events.current.peak <= 8)
        for request in application.requests {
          #expect(request.headers.first("X-Aws-Sqsd-Queue") == String(request.path.dropFirst()))
        }
      }
    }
  }

  @Test func `all queues drain at the same time: none receives what it would only give back`() async throws {
    try await withQueueService { service in
      let jobs = try await service.makeQueue("jobs")
      let idle = try await service.makeQueue("idle")
      try await service.boto3.call("fill", ["QueueUrl": jobs, "Count": 30])
      let mayEnd = TestSignal(false)
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in
        _ = try? await mayEnd.wait { $0 }
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        // The last one is the first to be shut down, and waits for its long poll.
        try await withSqsd(
          service, queue: jobs, application: application.url,
          ["--queue-url", idle, "--http-connections", "4", "--drain-timeout", "3"]
        ) { sqsd in
          try await application.events.wait { $0.running == 2 }
          sqsd.signal(SIGTERM)
          _ = try await sqsd.line(containing: "draining")
          mayEnd.update { $0 = true }
          #expect(try await sqsd.end() == 0)
        }
      }
      let queue = try #require(try await service.stats().queues["jobs"])
      #expect(queue.received == 2)
      #expect(queue.deleted == 2)
      #expect(queue.visible == 28)
    }
  }

  @Test func `several sqsd on one queue need no coordination: every message is delivered once`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await withApplication { application in
        try await withSqsd(service, queue: queue, application: application.url) { first in
          try await withSqsd(service, queue: queue, application: application.url) { second in
            try await service.boto3.call("fill", ["QueueUrl": queue, "Count": 500])
            try await service.waitUntilEmpty(queue)
            for sqsd in [first, second] {
              #expect(sqsd.events.current.lines.contains { $0.contains("message delivered") })
            }
          }
        }
        #expect(application.requests.count == 500)
        #expect(Set(application.requests.map(\.body)).count == 500)
      }
    }
  }
}
