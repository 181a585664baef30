import Logging
import TestSupport

/// What was logged, for a test to look at or wait for.
struct CapturedLog: Sendable {
  struct Line: Sendable {
    let level: Logger.Level
    let message: String
    let metadata: Logger.Metadata
  }

  let events = TestSignal<[Line]>([])

  var logger: Logger {
    Logger(label: "test") { _ in Capture(events: events) }
  }

  func messages(at level: Logger.Level) -> [String] {
    events.current.filter { $0.level == level }.map(\.message)
  }

  private struct Capture: LogHandler {
    let events: TestSignal<[Line]>
    var logLevel: Logger.Level = .debug
    var metadata: Logger.Metadata = [:]

    init(events: TestSignal<[Line]>) {
      self.events = events
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let line = Line(
        level: event.level, message: event.message.description, metadata: event.metadata ?? [:])
      events.update { $0.append(line) }
    }
  }
}
