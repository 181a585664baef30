import Logging
import TestSupport

@testable import Server

/// Keeps what is logged, and lets tests wait for a line.
final class LogCapture: Sendable {
  struct Line: Sendable {
    let level: Logger.Level
    let message: String
    let metadata: [String: String]
  }

  private let kept = TestSignal<[Line]>([])
  private let onLine: @Sendable (Line) -> Void

  init(onLine: @escaping @Sendable (Line) -> Void = { _ in }) {
    self.onLine = onLine
  }

  var lines: [Line] { kept.current }

  func lines(_ message: String) -> [Line] { lines.filter { $0.message == message } }

  /// Returns once the message has been logged.
  func wait(for message: String) async throws {
    try await kept.wait { $0.contains { $0.message == message } }
  }

  var logger: Logger {
    Logger(label: "test") { _ in Handler(capture: self) }
  }

  private func keep(_ line: Line) {
    kept.update { $0.append(line) }
    onLine(line)
  }

  private struct Handler: LogHandler {
    let capture: LogCapture
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
      capture.keep(Line(level: event.level, message: "\(event.message)", metadata: all.mapValues { "\($0)" }))
    }
  }
}
