import Settings
import YAML

/// A cron.yaml as lines, which are looked at when it is no YAML, or not the YAML it should be.
struct CronText {
  /// Without line ends; what is no UTF-8 is repaired, since it is only shown.
  let lines: [String]
  private let bytes: [UInt8]

  /// Findings of one kind beyond these say nothing new.
  private static let mostAlike = 20

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self)
    }
  }

  /// Why it is no YAML, in words for those who did not mean to write YAML, but a list of tasks.
  func causes(of error: YAMLError) -> [CronFinding] {
    let found = wrongBytes
    if !found.isEmpty { return found }
    let line = error.place.line
    if lines.indices.contains(line - 1), lines[line - 1].prefix(while: Self.isBlank).contains("\t") {
      return [
        CronFinding(.error, line: line, task: taskName(around: line), "a tab in the indentation: YAML wants blanks")
      ]
    }
    let dashes = dashes.filter { $0.line ?? 0 <= line }
    if !dashes.isEmpty { return dashes }
    let pasted = crontabLines
    if !pasted.isEmpty { return pasted }
    return [
      CronFinding(
        .error, line: line, task: taskName(around: line), "not YAML, at column \(error.place.column): \(error.reason)")
    ]
  }

  /// Lines that begin with a dash that is no hyphen, as word processors and chats make them of one.
  var dashes: [CronFinding] {
    let found = lines.indices.compactMap { index -> CronFinding? in
      guard let scalar = lines[index].unicodeScalars.first(where: { $0 != " " && $0 != "\t" }),
        let sign = TypedSign(scalar), sign.isDash
      else { return nil }
      let name = Self.member(lines[index].drop { $0 == " " || $0 == "\t" || $0.unicodeScalars.first == scalar })
      return CronFinding(
        .error, line: index + 1, task: name?.key == "name" ? name.map { Self.unquoted($0.value) } : nil,
        "\(sign.name) where \(sign.meant) should be: write \(sign.replacement)")
    }
    return Array(found.prefix(Self.mostAlike))
  }

  /// `*/5 * * * * curl …`.
  var crontabLines: [CronFinding] {
    let found = lines.indices.filter { Self.isOfCrontab(lines[$0]) }.prefix(Self.mostAlike)
    return found.map { CronFinding(.error, line: $0 + 1, Self.crontabFault) }
  }

  static let crontabFault =
    "a line of a crontab: sqsd runs no commands; a task has name, url and schedule on lines of their own, such as "
    + "- name: report, url: /report, schedule: \"*/5 * * * *\""

  static func isOfCrontab(_ line: String) -> Bool {
    var text = line[...].drop(while: isBlank)
    if text.hasPrefix("- ") { text = text.dropFirst(2).drop(while: isBlank) }
    guard let first = text.first, "*@0123456789\"'".contains(first) else { return false }
    let words = text.prefix(CronExpression.longest).split(whereSeparator: isBlank)
    if words.count >= 2, CronExpression.names.contains(where: { $0.name == words[0] }) { return true }
    return words.count >= 6 && (try? CronExpression(parsing: words.prefix(5).joined(separator: " "))) != nil
  }

  /// Windows-1252, in which quotation marks and dashes have bytes of their own.
  private var wrongBytes: [CronFinding] {
    var found: [CronFinding] = []
    var number = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      do {
        _ = try UTF8Span(validating: Array(line).span)
      } catch {
        // UTF-16 has its own error, of the whole.
        if number == 1, line.starts(with: [0xFF, 0xFE]) || line.starts(with: [0xFE, 0xFF]) { return [] }
        let byte = line[line.startIndex + error.byteOffsets.lowerBound]
        let digits = String(byte, radix: 16, uppercase: true)
        let fix = "save the file as UTF-8"
        let message =
          TypedSign(windows1252: byte).map {
            "the byte 0x\(digits) is \($0.name) in Windows-1252, where \($0.meant) should be: write \($0.replacement), "
              + "and \(fix)"
          } ?? "the byte 0x\(digits) is not UTF-8: \(fix)"
        found.append(CronFinding(.error, line: number, message))
        if found.count == Self.mostAlike { break }
      }
    }
    return found
  }

  static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
}

extension CronText {
  /// The name of the task to which a line belongs, as far as the text says without being YAML.
  func taskName(around line: Int) -> String? {
    guard lines.indices.contains(line - 1) else { return nil }
    func begins(_ index: Int) -> Bool { lines[index].drop(while: Self.isBlank).hasPrefix("- ") }
    func name(_ index: Int) -> String? {
      guard let member = Self.member(lines[index]), member.key == "name" else { return nil }
      return Self.unquoted(member.value)
    }
    var index = line - 1
    while index >= 0 {
      if let name = name(index) { return name }
      if begins(index) { break }
      index -= 1
    }
    index = line
    while index < lines.count, !begins(index) {
      if let name = name(index) { return name }
      index += 1
    }
    return nil
  }

  /// Key and value of a line such as `- schedule : "x" # y`.
  static func member(_ line: some StringProtocol) -> (key: String, value: String)? {
    var text = Substring(line).drop(while: isBlank)
    if text.hasPrefix("- ") { text = text.dropFirst(2).drop(while: isBlank) }
    guard let colon = text.firstIndex(of: ":") else { return nil }
    var key = text[..<colon]
    while let last = key.last, isBlank(last) { key.removeLast() }
    guard let next = text[colon...].dropFirst().first, isBlank(next) else { return nil }
    var value = text[colon...].dropFirst().drop(while: isBlank)
    if let comment = value.firstRange(of: " #") { value = value[..<comment.lowerBound] }
    while let last = value.last, isBlank(last) { value.removeLast() }
    return (String(key), String(value))
  }

  static func unquoted(_ value: String) -> String {
    guard value.count >= 2, let mark = value.first, mark == "\"" || mark == "'", value.last == mark else {
      return value
    }
    return String(value.dropFirst().dropLast())
  }
}
