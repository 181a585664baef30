import TestSupport
import Testing
import YAML

@testable import Daemon

struct CronFileTests {
  private func read(_ text: String) -> CronFile { CronFile(parsing: Array(text.utf8)) }

  @Test func `all of a task is read`() throws {
    let file = read(
      """
      version: 1
      cron:
        - name: "Report::Daily job"
          url: "/worker/schedule?x=1"
          schedule: "0 5 * * *"
        - name: clean
          url: /worker/schedule
          schedule: 0 6 * * 1-5   # after the report
          body: |
            {"days": 30}
          attributes:
            tenant: "7"
            dry-run: true
      """)
    #expect(file.findings == [])
    let tasks = file.tasks
    #expect(tasks.map(\.name) == ["Report::Daily job", "clean"])
    #expect(tasks.map(\.url.text) == ["/worker/schedule?x=1", "/worker/schedule"])
    #expect(tasks.map(\.scheduleText) == ["0 5 * * *", "0 6 * * 1-5"])
    #expect(tasks.map(\.body) == [nil, "{\"days\": 30}\n"])
    #expect(tasks.map(\.line) == [3, 6])
    #expect(
      tasks.map(\.attributes) == [
        [], [.init(name: "tenant", value: "7"), .init(name: "dry-run", value: "true")],
      ])
    #expect(try tasks[1].expression == CronExpression(parsing: "0 6 * * 1-5"))
  }

  @Test(
    arguments: [
      // AWS's own sample has a blank behind the colon.
      "version: 1\ncron: \n - name: \"a\"\n   url: \"/a\"\n   schedule: \"0 5 * * *\"",
      "\u{FEFF}version: 1\r\ncron:\r\n- name: a\r\n  url: /a\r\n  schedule : \"0 5 * * *\"\r\n",
      "---\nversion: 1\ncron:\n      -     name: 'a'\n            url: '/a'\n            schedule: '0 5 * * *'\n...\n",
      "cron: [{name: a, url: /a, schedule: 0 5 * * *}]\nversion: 1\n",
      "version: 1\ncron:\n- {\"name\": \"a\", \"url\": \"/a\", \"schedule\": \"0 5 * * *\"}\n# - name: b\n",
      "version: 1\nx: &five 0 5 * * *\ncron:\n- name: a\n  url: /a\n  schedule: *five\n",
      "version: 1\ncron:\n- name: a\n  url: /a\n  schedule: >\n    0 5\n    * * *\n",
      "version: 1\ncron:\n- name: a\n  url: /a\n  schedule:\t\"0 5 * * *\"\n  body: ~\n  attributes:\n",
    ])
  func `layouts of real files, and those that nobody was seen to use`(text: String) {
    let file = read(text)
    #expect(!file.findings.contains { $0.severity != .note }, "\(file.findings)")
    #expect(file.tasks.map(\.name) == ["a"])
    #expect(file.tasks.map(\.url.text) == ["/a"])
    #expect(file.tasks.map(\.expression.text) == ["0 5 * * *"])
  }

  @Test func `no tasks at all are not an error, if that is said`() {
    #expect(read("version: 1\ncron: []\n") == CronFile())
  }

  @Test func `warnings of a schedule are those of its task`() {
    let file = read("version: 1\ncron:\n- name: a\n  url: /a\n  schedule: \"* */2 * * *\"\n")
    #expect(file.tasks.count == 1)
    #expect(file.findings.map(\.severity) == [.warning])
    #expect(file.findings.map(\.line) == [5])
    #expect(file.findings.map(\.task) == ["a"])
  }

  @Test func `what is said is bounded, and errors are said first`() {
    let keys = (0..<300).map { "k\($0): x\n" }.joined()
    let file = read("version: 1\n\(keys)cron:\n- name: a\n")
    #expect(file.findings.count == CronFile.mostFindings + 1)
    #expect(file.findings.prefix(2).allSatisfy { $0.severity == .error })
    #expect(file.findings.last?.message == "102 more findings")
    let tasks = (0..<501).map { "- {name: n\($0), url: /a, schedule: 0 5 * * *}\n" }.joined()
    let many = read("version: 1\ncron:\n\(tasks)")
    #expect(many.tasks.isEmpty)
    #expect(many.findings.map(\.message) == ["cron has 501 tasks, more than 500"])
  }

  /// The values may be secrets, and findings end in logs.
  @Test func `no finding tells a body or the value of an attribute`() {
    let file = read(
      """
      version: 1
      cron:
      - {name: a, url: /a, schedule: 0 5 * * *, body: "hunter2\\x01", attributes: {x: "hunter2\\n", "a b": hunter2}}
      - {name: b, url: /a, schedule: 0 5 * * *, body: [hunter2], attributes: hunter2}
      """)
    #expect(file.findings.filter { $0.severity == .error }.count == 5)
    #expect(!file.findings.contains { $0.message.contains("hunter2") })
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `hostile texts end in findings or tasks, never worse`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let sample = Array(
      "version: 1\ncron:\n- name: \"a\"\n  url: /a\n  schedule: \"*/5 * * * *\"\n— name: b\n\tschedule: * * * * *\n"
        .utf8)
    let pieces: [[UInt8]] = [
      Array("- ".utf8), Array("  ".utf8), Array(": ".utf8), [0x0A], [0x09], [0x97], [0xE2, 0x80, 0x94],
      Array("&a ".utf8),
      Array("*a".utf8), Array("!!str ".utf8), Array("[".utf8), Array("}".utf8), [0x00], Array("schedule: *".utf8),
      Array("\"".utf8), [0xFF, 0xFE], Array("name: ".utf8), Array("* * * * * curl\n".utf8), Array("|\n".utf8),
    ]
    for _ in 0..<300 {
      var text = sample
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0...text.count, using: &random)
        if Bool.random(using: &random) {
          text.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
        } else if place < text.count {
          text.removeSubrange(place..<min(text.count, place + Int.random(in: 1...9, using: &random)))
        }
      }
      let file = CronFile(parsing: text)
      #expect(!file.findings.isEmpty || file.tasks.count <= 1)
      #expect(file.findings.count <= CronFile.mostFindings + 1)
      #expect(Set(file.tasks.map(\.name)).count == file.tasks.count)
    }
  }

  @Test func `a large hostile text costs little`() {
    let lines = 20_000
    for line in ["schedule: *a b\n", "— \n", "\u{2014}name: x\n", "* * * * * x\n", "\t\n", "- name: a\n", ": \n"] {
      let file = read("version: 1\ncron:\n" + String(repeating: line, count: lines))
      #expect(file.tasks.isEmpty && !file.findings.isEmpty)
    }
    #expect(
      read(String(repeating: "x", count: CronFile.limits.bytes + 1)).findings.map(\.message) == [
        "the text is larger than 4194304 bytes"
      ])
  }
}
