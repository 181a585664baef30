import Foundation
import SQSD
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
    return try CheckCommand(
      settings, environment: environment, in: "/nowhere", now: Timestamp(secondsSince1970: 1_767_225_600))
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

  private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sqsd-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    try body(folder.path)
  }

  private static let cron = """
    version: 1
    cron:
    - {name: often, url: /a, schedule: "*/5 * * * *"}
    - {name: monthly, url: b, schedule: "0 0 31 * *"}
    - {name: wrong, url: /c, schedule: "0/5 * * * *"}

    """

  @Test func `periodic tasks are told with their next firings, and where Beanstalk's are others`() throws {
    try withFolder(["cron.yaml": Self.cron]) { folder in
      let check = try check([folder, "--next=2"])
      #expect(check.status == 1)
      #expect(
        check.lines == [
          "note: \(folder)/cron.yaml:4: task monthly: url: without a slash in front it is taken for /b, as on Beanstalk",
          "warning: \(folder)/cron.yaml:4: task monthly: schedule: Beanstalk fires it at other times: in a month that has "
            + "none of its days it fires on the 1st; the next ones there are 2026-01-31T00:00:00Z, 2026-02-01T00:00:00Z",
          "error: \(folder)/cron.yaml:5: task wrong: schedule: the minute 0/5 has a step after a single number, as in "
            + "Quartz: write */5",
          "task often: /a, */5 * * * *", "  next: 2026-01-01T00:05:00Z, 2026-01-01T00:10:00Z",
          "task monthly: /b, 0 0 31 * *", "  next: 2026-01-31T00:00:00Z, 2026-03-31T00:00:00Z",
          "  on Beanstalk: 2026-01-31T00:00:00Z, 2026-02-01T00:00:00Z",
        ])
      #expect(try self.check(["--cron-file", folder + "/cron.yaml"]).lines.contains { $0.hasPrefix("error: ") })
    }
  }

  @Test func `for programs there is one object, with the same members in every finding`() throws {
    try withFolder(["cron.yaml": Self.cron]) { folder in
      let texts = try check([folder, "--json", "--next", "1", "--at=2026-02-10T00:00:00Z"]).texts()
      #expect(texts.aside == [])
      let output = try #require(
        JSONSerialization.jsonObject(with: Data(texts.output.joined().utf8)) as? [String: [[String: Any]]])
      #expect(Set(output.keys) == ["tasks", "findings"])
      let tasks = try #require(output["tasks"])
      #expect(tasks.map { $0["name"] as? String } == ["often", "monthly"])
      #expect(tasks.map { $0["url"] as? String } == ["/a", "/b"])
      #expect(tasks.map { $0["schedule"] as? String } == ["*/5 * * * *", "0 0 31 * *"])
      #expect(tasks.map { $0["next"] as? [String] } == [["2026-02-10T00:05:00Z"], ["2026-03-31T00:00:00Z"]])
      #expect(tasks.allSatisfy { $0.count == 4 })
      let findings = try #require(output["findings"])
      #expect(findings.map { $0["severity"] as? String } == ["note", "warning", "error"])
      #expect(findings.map { $0["line"] as? Int } == [4, 4, 5])
      #expect(findings.map { $0["task"] as? String } == ["monthly", "monthly", "wrong"])
      #expect(findings.allSatisfy { $0.count == 4 && $0["message"] is String })
    }
    let missing = try check(["--cron-file=/nowhere", "--json"])
    #expect(missing.status == 1)
    #expect(try missing.texts().output.joined().replacing(/\s+/, with: "").contains(#""line":null"#))
  }

  @Test func `without a cron.yaml it says where it looked, and that is all well`() throws {
    try withFolder([:]) { folder in
      let check = try check([folder])
      #expect(check.status == 0)
      #expect(check.lines.last?.hasPrefix("ok: no periodic tasks: there is no \(folder)/cron.yaml") == true)
    }
    try withFolder(["cron.yml": Self.cron]) { folder in
      let misplaced = try check([folder])
      #expect(misplaced.status == 1)
      #expect(try check([folder + "/cron.yml"]).faults.first?.contains("is no directory") == true)
      #expect(try check([folder + "/nowhere"]).status == 1)
    }
  }

  @Test func `whoever checks a cron.yaml need not know the queue, whoever checks a start must`() throws {
    func run(_ arguments: [String]) throws -> CheckCommand {
      guard case .run(_, let settings) = try SqsdSettings.table.parse(arguments: arguments, environment: [:]) else {
        throw SettingsError(["no check"])
      }
      return try CheckCommand(settings, environment: [:], in: "/nowhere", now: Timestamp(secondsSince1970: 0))
    }
    #expect(try run(["check"]).faults.first?.hasPrefix("--queue-url is required") == true)
    try withFolder(["cron.yaml": "version: 1\ncron: []\n"]) { folder in
      for arguments in [[folder], ["--cron-file", folder + "/cron.yaml"], ["--json"], ["--next=1"]] {
        let check = try run(["check"] + arguments)
        #expect(check.status == 0)
        #expect(check.notes.contains { $0.hasPrefix("--queue-url is required") })
      }
    }
  }

  @Test(arguments: [["--next=-1"], ["--next=101"], ["--next="], ["--at=today"], ["--at="]])
  func `a number or a time that is none is refused`(arguments: [String]) {
    #expect(throws: SettingsError.self) { try check(arguments) }
  }
}
