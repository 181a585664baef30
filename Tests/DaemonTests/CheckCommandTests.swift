import Foundation
import Settings
import Testing

@testable import Daemon

struct CheckCommandTests {
  private func check(
    _ arguments: [String], _ environment: [String: String] = [:], file: SettingsFile? = nil,
    queue: String = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"
  ) throws -> CheckCommand {
    guard
      case .run("check", let settings) = try SqsdSettings.table.parse(
        arguments: ["check", "--queue-url", queue] + arguments, environment: environment, file: { _ in file })
    else { throw SettingsError(["no check"]) }
    return CheckCommand(settings, environment: environment)
  }

  @Test func `when all is well it says what it looked at`() throws {
    let check = try check([], ["SQSD_HTTP_PATH": "/queue"])
    #expect(check.status == 0)
    #expect(check.notes.isEmpty)
    #expect(check.lines[0] == "ok: settings, without a file")
    #expect(check.lines[1].hasPrefix("ok: queue jobs, at https://sqs.eu-west-1.amazonaws.com"))
    #expect(try self.check([], file: SettingsFile(path: "/f")).lines[0] == "ok: settings, with those of /f")
  }

  @Test func `notes and contradictions are told, and are no reason to fail`() throws {
    let check = try check(["--inactivity-timeout=400", "--heartbeat=off"], ["SQSD_HTTP_PAHT": "/x"])
    #expect(check.status == 0)
    #expect(check.lines.filter { $0.hasPrefix("note: ") }.count == 2)
    #expect(check.lines.contains { $0.contains("SQSD_HTTP_PATH?") })
    #expect(check.lines.contains { $0.contains(Contradiction.inactivityNotBelowVisibility.description) })
  }

  @Test(
    arguments: [
      ([:], true), (["AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"], true), (["AWS_EXECUTION_ENV": "AWS_ECS_EC2"], false),
    ] as [([String: String], Bool)])
  func `before a deploy nobody knows that it is not Fargate`(environment: [String: String], isNamed: Bool) throws {
    let notes = try check(["--drain-timeout=600"], environment).notes
    #expect(notes.contains(Contradiction.drainLongerThanFargate.description) == isNamed)
  }

  @Test func `a queue whose region nobody names fails, as the start would`() throws {
    let check = try check([], queue: "https://queue.example.test/123456789012/jobs")
    #expect(check.status == 1)
    #expect(check.lines.count == check.lines.filter { !$0.hasPrefix("ok: ") }.count)
    #expect(check.faults.first?.hasPrefix("queue jobs: ") == true)
    #expect(try self.check([], ["AWS_REGION": "eu-west-1"], queue: "https://queue.example.test/1/jobs").status == 0)
  }

  @Test func `a directory with a cron.yaml is told that nobody looks at it yet`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "sqsd-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    #expect(try check([directory.path]).notes.isEmpty)
    let file = directory.appending(path: "cron.yaml")
    try Data("version: 1\n".utf8).write(to: file)
    #expect(try check([directory.path]).notes.first?.contains("not looked at") == true)
    #expect(try check([file.path]).faults.first?.contains("is no directory") == true)
    #expect(try check([directory.path + "/nowhere"]).status == 1)
  }
}
