import Foundation
import TestSupport
import Testing

/// A Laravel with the routes of a Beanstalk worker, run by php-fpm, between it and SQS the built programs.
@Suite(
  .timeLimit(.minutes(2)), .enabled(if: PHPFPM.isInstalled, "Debian's php8.2-fpm is not installed"),
  .enabled(LaravelApplication.missing) { try await LaravelApplication.isInstalled() })
struct LaravelOverFastCGITests {
  private let settings = [
    "--http-path", "/worker/queue", "--visibility-timeout", "60", "--error-visibility-timeout", "1", "--drain-timeout",
    "1",
  ]

  @Test func `a message is deleted when its job succeeded, and a dead letter when it did not`() async throws {
    try await withLaravel { laravel in
      let payloads = try await laravel.payloads()
      try await PHPFPM.with(extensions: true) { fpm in
        try await withQueueService { service in
          let queue = try await service.makeQueue(maxReceiveCount: 2)
          for name in ["succeeds", "throws", "isEncrypted"] {
            try await service.send(try #require(payloads[name]), to: queue)
          }
          try await service.send(
            "a tick", to: queue,
            attributes: [
              "beanstalk.sqsd.path": ["DataType": "String", "StringValue": "/worker/schedule"],
              "beanstalk.sqsd.task_name": ["DataType": "String", "StringValue": "every-minute"],
              "beanstalk.sqsd.scheduled_time": ["DataType": "String", "StringValue": "2026-01-02 03:00:00 UTC"],
            ])
          try await withWorkerServer(arguments(fpm, laravel)) { address, server in
            try await withSqsd(service, queue: queue, application: "http://\(address)", settings) { _ in
              try await service.waitUntilEmpty(queue)
            }
            try await server.wait(for: 5, linesWhere: { $0.contains("job succeeded") || $0.contains("job failed") })
            let lines = server.events.current.lines
            #expect(lines.filter { $0.contains("job succeeded") && $0.contains("job.status=200") }.count == 3)
            let failures = lines.filter { $0.contains("job failed") }
            #expect(failures.count == 2 && failures.allSatisfy { $0.contains("job.status=500") })
            #expect(failures.contains { $0.contains("receive.count=2") })
          }
          #expect(try await service.stats().queues["jobs"]?.deleted == 3)
        }
      }
      #expect(laravel.stored("schedule") == "every-minute\n")
    }
  }

  private func arguments(_ fpm: PHPFPM, _ laravel: LaravelApplication) -> [String] {
    [
      "--queue-fastcgi", "unix:\(fpm.socket)", "--schedule-fastcgi", "unix:\(fpm.socket)", "--fastcgi-script",
      laravel.folder.appending(path: "public/index.php").path, "--queue-path", "/worker/queue", "--schedule-path",
      "/worker/schedule",
    ]
  }
}
