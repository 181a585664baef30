import FoundationEssentials
import SQSD
import Settings

/// What `sqsd check` tells of the periodic tasks: when they fire, and where that is not when they fire on Beanstalk.
struct PeriodicTaskReport {
  struct Task: Encodable {
    let name: String
    let url: String
    let schedule: String
    let next: [String]
    /// On Beanstalk, if it is not the same; for people only, who get it as a finding too.
    var nextOnBeanstalk: [String]?

    enum CodingKeys: CodingKey { case name, url, schedule, next }
  }

  let source: CronSource
  let tasks: [Task]
  let findings: [CronFinding]

  init(_ source: CronSource, count: Int, after moment: Timestamp) {
    self.source = source
    var findings = source.cron.findings
    tasks = source.cron.tasks.map { task in
      let next = Self.firings(count, after: moment, task.expression.next(after:))
      var report = Task(
        name: task.name, url: task.url.text, schedule: task.scheduleText, next: next.map(\.description))
      guard let beanstalk = BeanstalkSchedule(of: task.expression) else { return report }
      let there = Self.firings(count, after: moment, beanstalk.next(after:))
      let line = task.scheduleLine
      findings.append(
        CronFinding(.warning, line: line, task: task.name, Self.difference(beanstalk, there, isShown: there != next)))
      if there != next { report.nextOnBeanstalk = there.map(\.description) }
      return report
    }
    self.findings = findings.sorted
  }

  private static func firings(
    _ count: Int, after moment: Timestamp, _ next: (Timestamp) -> Timestamp?
  ) -> [Timestamp] {
    var found: [Timestamp] = []
    while found.count < count, let moment = next(found.last ?? moment) { found.append(moment) }
    return found
  }

  private static func difference(_ beanstalk: BeanstalkSchedule, _ there: [Timestamp], isShown: Bool) -> String {
    let sentence = "schedule: Beanstalk fires it at other times: \(beanstalk.explanation)"
    guard isShown, !there.isEmpty else { return sentence }
    return "\(sentence); the next ones there are \(there.map(\.description).joined(separator: ", "))"
  }

  var lines: [String] {
    findings.map(source.line(of:))
      + tasks.flatMap { task in
        var lines = [
          "task \(task.name): \(task.url), \(task.schedule.split(whereSeparator: \.isWhitespace).joined(separator: " "))"
        ]
        if !task.next.isEmpty { lines.append("  next: \(task.next.joined(separator: ", "))") }
        if let there = task.nextOnBeanstalk {
          lines.append("  on Beanstalk: \(there.isEmpty ? "never, or nobody can say" : there.joined(separator: ", "))")
        }
        return lines
      }
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

extension PeriodicTaskReport: Encodable {
  private enum CodingKeys: CodingKey { case tasks, findings }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tasks, forKey: .tasks)
    try container.encode(findings, forKey: .findings)
  }
}

extension CronFinding: Encodable {
  private enum CodingKeys: CodingKey { case severity, line, task, message }

  /// What is not known is null, so that every finding has the same members.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(severity.rawValue, forKey: .severity)
    try container.encode(line, forKey: .line)
    try container.encode(task, forKey: .task)
    try container.encode(message, forKey: .message)
  }
}
