package import Logging

/// A log handler that writes one line a record to standard output (or wherever `write` puts it).
///
/// Lines stay below 16 KiB, the size at which container runtimes cut a line into partial records
/// (Docker's and containerd's log drivers; the CloudWatch agent does not join them again).
package struct LineLog: LogHandler {
  /// The longest line in bytes, its newline included.
  package static let longestLine = 16_000
  /// The longest single value in bytes; what is longer is cut and marked.
  static let longestValue = 4_000

  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  let format: LogFormat
  let now: @Sendable () -> LogTime
  let write: @Sendable ([UInt8]) -> Void

  package init(
    format: LogFormat, level: Logger.Level, now: @escaping @Sendable () -> LogTime = { .now },
    write: @escaping @Sendable ([UInt8]) -> Void = StandardOutput.write
  ) {
    self.format = format
    self.logLevel = level
    self.now = now
    self.write = write
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    // Sorted, so that the same event always looks the same to people and to grep.
    let sorted = fields(with: event.metadata ?? [:]).sorted { $0.key < $1.key }
    switch format {
    case .json: write(jsonLine(event.level, event.message.description, sorted))
    case .text: write(textLine(event.level, event.message.description, sorted))
    }
  }

  /// The logger's own metadata is empty in most programs, and then there is nothing to merge.
  private func fields(with more: Logger.Metadata) -> Logger.Metadata {
    metadata.isEmpty ? more : metadata.merging(more) { _, new in new }
  }

  private func jsonLine(
    _ level: Logger.Level, _ message: String, _ fields: [(key: String, value: Logger.MetadataValue)]
  ) -> [UInt8] {
    var line = JSONLine()
    line.add("time", now())
    line.add("level", level.rawValue)
    line.add("msg", cut(message))
    for (key, value) in fields {
      guard line.bytes.count < Self.longestLine - Self.longestValue - 2_000 else {
        line.add("cut", "more metadata than fits into a line")
        break
      }
      line.add(key, value)
    }
    return line.finished()
  }

  private func textLine(
    _ level: Logger.Level, _ message: String, _ fields: [(key: String, value: Logger.MetadataValue)]
  ) -> [UInt8] {
    var line = now().description + " " + level.rawValue
    line += String(repeating: " ", count: max(1, 9 - level.rawValue.utf8.count)) + oneLine(cut(message))
    for (key, value) in fields {
      guard line.utf8.count < Self.longestLine - Self.longestValue - 2_000 else {
        line += " (cut)"
        break
      }
      line += " " + oneLine(cut(key, to: 200)) + "=" + quotedIfNeeded(cut(value.description))
    }
    return Array(line.utf8) + [UInt8(ascii: "\n")]
  }

  /// Blanks, quotes and everything unprintable make a value ambiguous, so such a value is written as a JSON string.
  private func quotedIfNeeded(_ text: String) -> String {
    let plain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }
    return plain ? text : JSONLine.quoted(text)
  }

  private func oneLine(_ text: String) -> String {
    text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) ? JSONLine.quoted(text) : text
  }
}

/// Cuts a text at a character's border, with a note of what is missing, so that it is no longer than the limit (and the
/// note) even when it is quoted.
func cut(_ text: String, to limit: Int = LineLog.longestValue) -> String {
  let bytes = text.utf8
  // Most texts are short enough in the worst case, in which each byte is escaped.
  if bytes.count * 6 <= limit || JSONLine.quotedCount(bytes) <= limit { return text }
  var end = bytes.startIndex
  var room = limit
  for character in text {
    room -= JSONLine.quotedCount(character.utf8)
    guard room >= 0 else { break }
    bytes.formIndex(&end, offsetBy: character.utf8.count)
  }
  return "\(text[..<end])… (\(bytes.count) bytes in all)"
}
