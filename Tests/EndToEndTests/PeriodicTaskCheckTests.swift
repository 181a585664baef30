import Foundation
import TestSupport
import Testing

/// cron.yaml on the built program: `sqsd check` and the start.
@Suite(.timeLimit(.minutes(2)))
struct PeriodicTaskCheckTests {
  private static let cron = """
    version: 1
    cron:
      - name: often
        url: /schedule
        schedule: "*/5 * * * *"

    """

  private func withFile<Value>(_ text: String, _ body: (String) async throws -> Value) async throws -> Value {
    let file = FileManager.default.temporaryDirectory.appending(path: "cron-\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try await body(file.path)
  }

  private func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> (status: Int32, lines: [String]) {
    let program = try RunningProgram("sqsd", arguments + ["--config=/dev/null"], environment: environment)
    let status = try await program.end()
    return (status, program.events.current.lines)
  }

  @Test func `check prints one JSON object, and nothing beside it`() async throws {
    struct Output: Decodable, Equatable {
      struct Task: Decodable, Equatable {
        let name: String
        let url: String
        let schedule: String
        let next: [String]
      }
      struct Finding: Decodable, Equatable {
        let severity: String
        let line: Int?
        let task: String?
        let message: String
      }
      let tasks: [Task]
      let findings: [Finding]
    }
    try await withFile(Self.cron) { file in
      let (status, lines) = try await run([
        "check", "--cron-file", file, "--next", "5", "--at", "2026-01-01T00:00:00Z", "--json",
      ])
      #expect(status == 0)
      let output = try JSONDecoder().decode(Output.self, from: Data(lines.joined(separator: "\n").utf8))
      let next = (1...5).map { "2026-01-01T00:\($0 < 2 ? "0" : "")\($0 * 5):00Z" }
      #expect(output.tasks == [.init(name: "often", url: "/schedule", schedule: "*/5 * * * *", next: next)])
      #expect(output.findings == [])
    }
    try await withFile(Self.cron.replacing("\"*/5 * * * *\"", with: "*/5 * * * *")) { file in
      let (status, lines) = try await run(["check", "--cron-file", file, "--json"])
      #expect(status == 1)
      let output = try JSONDecoder().decode(Output.self, from: Data(lines.joined(separator: "\n").utf8))
      #expect(output.tasks == [])
      #expect(output.findings.map(\.severity) == ["error"])
      #expect(output.findings.map(\.line) == [5])
      #expect(output.findings.map(\.task) == ["often"])
      #expect(output.findings.first?.message.contains("must be quoted in YAML") == true)
    }
  }

  @Test func `config tells the length of the text, not the text`() async throws {
    let (status, lines) = try await run(
      ["config", "--queue-url", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"],
      environment: ["SQSD_CRON_YAML": Self.cron])
    #expect(status == 0)
    let line = try #require(lines.first { $0.hasPrefix("cron-yaml ") })
    #expect(
      line.split(separator: " ").joined(separator: " ")
        == "cron-yaml (\(Self.cron.utf8.count) bytes) environment variable SQSD_CRON_YAML")
    #expect(!lines.contains { $0.contains("often") })
  }

  @Test func `a file that is named and not there ends the start, one with a mistake does not`() async throws {
    let queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"
    let missing = try await run(["--cron-file=/nowhere.yaml", "--queue-url", queue])
    #expect(missing.status == 64)
    #expect(missing.lines.first == "sqsd: --cron-file: /nowhere.yaml cannot be read: No such file or directory")

    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      try await withApplication { application in
        let sqsd = try RunningProgram(
          "sqsd",
          [
            "--queue-url", queue, "--http-url", application.url, "--admin-address=off", "--config=/dev/null",
            "--log-format=text",
          ],
          environment: service.environment.merging([
            "SQSD_CRON_YAML": Self.cron + "  - {name: wrong, url: http://evil/, schedule: \"0 5 * * *\"}\n"
          ]) { $1 })
        defer { sqsd.stop() }
        _ = try await sqsd.line(containing: "message delivered")
        let lines = sqsd.events.current.lines
        #expect(lines.contains { $0.contains("1 periodic task from SQSD_CRON_YAML, which has errors") })
        #expect(lines.contains { $0.contains("SQSD_CRON_YAML:6: task wrong: url: ") })
      }
    }
  }
}
