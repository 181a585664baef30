import Foundation
import TestSupport
import Testing

/// cron.yaml on the built programs. A tick of the last minutes is caught up at the start, so that no test waits for one.
@Suite(.timeLimit(.minutes(2)))
struct PeriodicTaskTests {
  private static let cron = """
    {"version": 1, "cron": [{"name": "every minute", "url": "/schedule", "schedule": "* * * * *"}]}
    """

  private let settings = [
    "--visibility-timeout", "30", "--inactivity-timeout", "20", "--drain-timeout", "1", "--cron-yaml", Self.cron,
  ]

  @Test func `two sqsd with a cron.yaml on a FIFO queue send a tick once, and it runs as Beanstalk's would`()
    async throws
  {
    try await withQueueService { service in
      let queue = try await service.makeQueue("ticks.fifo")
      try await withWorkerServer(["--schedule-command", "sh -c 'wc -c; echo $SQSD_TASKNAME at $SQSD_SCHEDULED_AT'"]) {
        address, server in
        try await withSqsd(service, queue: queue, application: "http://\(address)", settings) { first in
          try await withSqsd(service, queue: queue, application: "http://\(address)", settings) { second in
            for sqsd in [first, second] { _ = try await sqsd.line(containing: "tick sent") }
            _ = try await server.line(containing: "job succeeded")
            try await service.waitUntilEmpty(queue)
          }
        }
        let lines = server.events.current.lines
        let ticks = lines.filter { $0.contains("every minute at ") }
        // A minute may have gone by meanwhile; its tick is another one.
        #expect(!ticks.isEmpty && Set(ticks.map { $0.suffix(21) }).count == ticks.count)
        #expect(lines.contains { $0.contains("line=0") })
      }
    }
  }

  @Test func `with nothing to keep several sqsd apart the ticks are off, loudly, and messages are delivered`()
    async throws
  {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      try await withApplication { application in
        try await withSqsd(service, queue: queue, application: application.url, settings) { sqsd in
          let line = try await sqsd.line(containing: "periodic tasks are off, delivery goes on")
          #expect(line.contains("--cron-table") && line.contains("--cron-alone"))
          _ = try await sqsd.line(containing: "message delivered")
        }
      }
    }
  }
}
