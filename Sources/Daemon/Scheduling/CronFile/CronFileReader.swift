import Settings
import YAML

/// Reads the tree of a cron.yaml. It looks at everything, so that one look at the findings is enough.
struct CronFileReader {
  private let text: CronText
  private let unquoted: [Int: UnquotedValue]
  private var tasks: [CronTask] = []
  private var findings: [CronFinding] = []
  /// Something is wrong that no single task can be blamed for.
  private var isUnusable = false

  static func read(_ root: YAMLNode, _ text: CronText, unquoted: [Int: UnquotedValue] = [:]) -> CronFile {
    var reader = CronFileReader(text: text, unquoted: unquoted)
    reader.read(root)
    return CronFile(tasks: reader.isUnusable ? [] : reader.tasks, findings: reader.findings)
  }

  private init(text: CronText, unquoted: [Int: UnquotedValue]) {
    self.text = text
    self.unquoted = unquoted
  }

  private mutating func refuse(line: Int, _ message: String) {
    findings.append(CronFinding(.error, line: line, message))
    isUnusable = true
  }

  private static let form = "it begins with version: 1, and under cron: each task has name, url and schedule"

  private mutating func read(_ root: YAMLNode) {
    if root.isNull { return refuse(line: 1, "it is empty: \(Self.form)") }
    guard let members = root.members else {
      let pasted = text.crontabLines + text.dashes
      guard pasted.isEmpty else {
        findings += pasted
        return isUnusable = true
      }
      let isList = root.elements != nil
      return refuse(
        line: root.place.line, isList ? "a list without version: 1 and cron: above it" : "no cron.yaml: \(Self.form)")
    }
    var keys = MemberTable(members)
    findings += keys.repeated.map { CronFinding(.warning, line: $0.line, $0.message) }
    let version = keys.take("version")
    let cron = keys.take("cron")
    if version == nil, let line = cron.flatMap({ AppEngineCron.line(in: $0.value) }) {
      return refuse(line: line, AppEngineCron.fault)
    }
    check(version, keys)
    for member in keys.rest { noteUnknown(member, known: ["version", "cron"]) }
    guard let cron else {
      return refuse(line: 1, "there is no key cron, a list of tasks\(keys.meant("cron"))")
    }
    readList(cron)
  }

  private mutating func check(_ version: YAMLMember?, _ keys: MemberTable) {
    guard let version else {
      return refuse(line: 1, "there is no version: write version: 1 as the first line\(keys.meant("version"))")
    }
    switch version.value.content {
    case .scalar("1", isPlain: true): break
    case .scalar("1", isPlain: false):
      refuse(line: version.place.line, "version is a text in quotation marks: write version: 1")
    case .scalar(let other, _):
      refuse(
        line: version.place.line,
        "version \(Shown.word(other, longest: 60)) is unknown: it is the form of the file, not a counter of yours; write "
          + "version: 1")
    default: refuse(line: version.place.line, "version is no number: write version: 1")
    }
  }

  private mutating func readList(_ cron: YAMLMember) {
    guard !cron.value.isNull else {
      return refuse(
        line: cron.place.line, "cron has no tasks; Beanstalk's daemon does not start with that: write cron: [] for none"
      )
    }
    guard let elements = cron.value.elements else {
      let signs = text.dashes
      guard signs.isEmpty else {
        findings += signs
        return isUnusable = true
      }
      let pasted = text.crontabLines
      guard pasted.isEmpty else {
        findings += pasted
        return isUnusable = true
      }
      return refuse(
        line: cron.place.line, "cron is no list: begin each task with a hyphen and a blank, as in - name: report")
    }
    guard elements.count <= CronFile.mostTasks else {
      return refuse(line: cron.place.line, "cron has \(elements.count) tasks, more than \(CronFile.mostTasks)")
    }
    var lines: [String: Int] = [:]
    for element in elements {
      guard let members = element.members else {
        let isPasted = element.text.map(CronText.isOfCrontab) ?? false
        findings.append(
          CronFinding(
            .error, line: element.place.line,
            isPasted ? CronText.crontabFault : "no task: it has name, url and schedule"))
        continue
      }
      var reader = CronTaskReader(members, line: element.place.line, unquoted: unquoted)
      var task = reader.task()
      if let name = reader.name {
        if let first = lines[name] {
          reader.refuse(line: element.place.line, "name: the same as that of the task on line \(first), which runs")
          task = nil
        } else {
          lines[name] = element.place.line
        }
      }
      findings += reader.findings
      if let task { tasks.append(task) }
    }
  }

  private mutating func noteUnknown(_ member: YAMLMember, known: [String]) {
    findings.append(CronFinding(.note, line: member.place.line, MemberTable.unknown(member, known: known)))
  }
}
