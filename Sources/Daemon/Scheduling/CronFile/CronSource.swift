import Settings
import YAML

/// Where the periodic tasks come from: the file that is named, else the text that is given, else `cron.yaml` in the
/// directory, if it is there.
struct CronSource: Sendable {
  let cron: CronFile
  /// How its findings name it; nil if there is none.
  let label: String?
  /// One sentence for the start: how many tasks came from where, or where it looked.
  let sentence: String
  /// A file that was named and cannot be read, as a fault of the settings.
  var fault: String?

  /// Files that were meant to be a cron.yaml, and that nobody reads there.
  static let misplaced = [
    "cron.yml", "Cron.yaml", ".ebextensions/cron.yaml", ".ebextensions/cron.yml", ".platform/cron.yaml",
  ]

  static func find(_ settings: ParsedSettings, in directory: String) -> CronSource {
    find(
      named: settings[SqsdSettings.cronFile], text: settings[SqsdSettings.cronYAML],
      textLabel: label(of: settings.origin(of: SqsdSettings.cronYAML)), in: directory)
  }

  static func find(
    named file: String?, text: String?, textLabel: String = "SQSD_CRON_YAML", in directory: String
  ) -> CronSource {
    let standard = path("cron.yaml", in: directory)
    if let file { return read(file, isNamed: true) }
    if let text {
      let parsed = CronFile(parsing: Array(text.utf8))
      guard BoundedFile.isThere(standard) else { return CronSource(parsed, label: textLabel) }
      let note = CronFinding(.note, line: nil, "\(standard) is there too, and is not read: \(textLabel) wins")
      return CronSource(CronFile(tasks: parsed.tasks, findings: parsed.findings + [note]), label: textLabel)
    }
    if BoundedFile.isThere(standard) { return read(standard, isNamed: false) }
    let others = misplaced.map { path($0, in: directory) }.filter(BoundedFile.isThere)
    let errors = others.map {
      CronFinding(.error, line: nil, "\($0) is not read, here as on Beanstalk: it belongs to \(standard)")
    }
    let hint = others.first.map { " (\($0) is there, which is not read)" } ?? ""
    return CronSource(
      cron: CronFile(findings: errors), label: nil,
      sentence:
        "no periodic tasks: there is no \(standard)\(hint), and neither --cron-file nor SQSD_CRON_YAML is given")
  }

  private static func read(_ path: String, isNamed: Bool) -> CronSource {
    do throws(BoundedFile.Failure) {
      let bytes = try BoundedFile.read(path, limit: CronFile.limits.bytes)
      // How to say none where there is a cron.yaml.
      if path == "/dev/null", bytes.isEmpty {
        return CronSource(cron: CronFile(), label: path, sentence: "no periodic tasks: --cron-file is \(path)")
      }
      return CronSource(CronFile(parsing: bytes), label: path)
    } catch {
      let reason = "\(path) cannot be read: \(error.reason)"
      return CronSource(
        cron: CronFile(findings: [CronFinding(.error, line: nil, "cannot be read: \(error.reason)")]), label: path,
        sentence: "no periodic tasks: \(reason)", fault: isNamed ? "--cron-file: \(reason)" : nil)
    }
  }

  private init(cron: CronFile, label: String?, sentence: String, fault: String? = nil) {
    self.cron = cron
    self.label = label
    self.sentence = sentence
    self.fault = fault
  }

  private init(_ cron: CronFile, label: String) {
    let count = cron.tasks.count
    let errors = cron.findings.hasErrors
    let sentence =
      count == 0
      ? "no periodic tasks: \(label) has \(errors ? "errors" : "none")"
      : "\(count) periodic task\(count == 1 ? "" : "s") from \(label)\(errors ? ", which has errors" : "")"
    self.init(cron: cron, label: label, sentence: sentence)
  }

  private static func path(_ name: String, in directory: String) -> String {
    directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
  }

  private static func label(of origin: ParsedSettings.Origin) -> String {
    switch origin {
    case .flag: "--cron-yaml"
    case .environment(let variable): variable
    case .file(let path, let line): "\(path):\(line)"
    case .standard: "SQSD_CRON_YAML"
    }
  }
}

extension CronSource {
  /// A finding as a line for people.
  func line(of finding: CronFinding) -> String {
    let place = label.map { label in "\(label):" + (finding.line.map { "\($0):" } ?? "") + " " } ?? ""
    let task = finding.task.map { "task \(Shown.word($0, longest: 100)): " } ?? ""
    return "\(finding.severity): \(place)\(task)\(finding.message)"
  }
}
