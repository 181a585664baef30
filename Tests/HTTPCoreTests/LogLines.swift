import Locks
import Logging

@testable import HTTPCore

/// Keeps log records as lines: level, message, reason.
struct LogLines: LogHandler {
  private let lines = Locked<[String]>([])
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel = Logger.Level.trace

  var all: [String] { lines.withLock { $0 } }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let reason = event.metadata?["reason"].map { ": \($0)" } ?? ""
    lines.withLock { $0.append("\(event.level) \(event.message)\(reason)") }
  }
}
