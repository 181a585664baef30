/// How log lines look.
package enum LogFormat: String, CaseIterable, Sendable {
  /// One JSON object a line: `time`, `level`, `msg`, then the metadata under their own names.
  case json
  /// For people: time, level, message, `name=value`.
  case text

  /// For a terminal text, for everything else JSON.
  package static var preferred: LogFormat { StandardOutput.isTerminal ? .text : .json }
}
