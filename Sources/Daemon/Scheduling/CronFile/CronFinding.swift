/// Something about a cron.yaml that its writer should know.
struct CronFinding: Sendable, Equatable {
  enum Severity: String, Sendable {
    /// What it is about does not run.
    case error
    /// It runs, but perhaps not as it was meant.
    case warning
    /// It is ignored, or taken for something that is written otherwise.
    case note
  }

  let severity: Severity
  let line: Int?
  /// The name of the task, if it is about one and that has a name.
  let task: String?
  let message: String

  init(_ severity: Severity, line: Int?, task: String? = nil, _ message: String) {
    self.severity = severity
    self.line = line
    self.task = task
    self.message = message
  }
}

extension [CronFinding] {
  var hasErrors: Bool { contains { $0.severity == .error } }

  /// In the order of the file.
  var sorted: [CronFinding] {
    enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }.map(\.element)
  }
}
