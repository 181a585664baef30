import YAML

/// A cron.yaml, checked: the tasks that can run, and what is to be said about it.
///
/// The grammar is Beanstalk's (AWS, "Elastic Beanstalk worker environments", "Periodic tasks"): `version: 1` and a list
/// `cron` of `name`, `url` and `schedule`. Ours are the optional keys `body` and `attributes`, which Beanstalk ignores. What
/// is wrong with a task takes that task away; what is wrong with the file takes all of them.
struct CronFile: Sendable, Equatable {
  let tasks: [CronTask]
  let findings: [CronFinding]

  static let limits = YAMLLimits(bytes: 4 << 20, depth: 16, nodes: 20_000)
  static let mostTasks = 500
  /// Findings beyond these are only counted.
  static let mostFindings = 200

  init(tasks: [CronTask] = [], findings: [CronFinding] = []) {
    self.tasks = tasks
    let sorted = findings.sorted
    let more = sorted.count - Self.mostFindings
    // Those that say why something does not run must not be the ones that are left out.
    self.findings =
      more <= 0
      ? sorted
      : (sorted.filter { $0.severity == .error } + sorted.filter { $0.severity != .error }).prefix(Self.mostFindings)
        + [
          CronFinding(.note, line: nil, "\(more) more findings")
        ]
  }

  init(parsing bytes: [UInt8]) {
    let text = CronText(bytes)
    do throws(YAMLError) {
      let root = try YAMLNode(parsing: bytes, limits: Self.limits)
      self = CronFileReader.read(root, text)
    } catch {
      // A text too large is not worth a look at its lines.
      guard bytes.count <= Self.limits.bytes else {
        self.init(findings: [CronFinding(.error, line: nil, error.reason)])
        return
      }
      self.init(text, error)
    }
  }

  /// Of a text that is no YAML. The commonest mistake is one of a single value, and no reason to lose the other tasks.
  private init(_ text: CronText, _ error: YAMLError) {
    let unquoted = text.unquotedValues
    guard !unquoted.isEmpty else {
      self.init(findings: text.causes(of: error))
      return
    }
    do throws(YAMLError) {
      let root = try YAMLNode(parsing: text.bytes(without: unquoted), limits: Self.limits)
      self = CronFileReader.read(root, text, unquoted: unquoted)
    } catch {
      let faults = unquoted.sorted { $0.key < $1.key }.prefix(Self.mostFindings).map {
        CronFinding(.error, line: $0.key, task: text.taskName(around: $0.key), $0.value.fault)
      }
      self.init(findings: faults + text.causes(of: error))
    }
  }
}
