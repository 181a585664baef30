import Settings
import YAML

/// A cron.yaml as lines, which are looked at when it is no YAML, or not the YAML it should be.
struct CronText {
  /// Without line ends. What is no UTF-8 is taken for Windows-1252, which it most likely is; it is only shown.
  let lines: [String]
  private let bytes: [UInt8]

  /// Findings of one kind beyond these say nothing new.
  private static let mostAlike = 20

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      Self.decoded($0.last == 0x0D ? $0.dropLast() : $0)
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
        .error, line: line, task: taskName(around: line),
        "not readable as YAML, from column \(error.place.column): \(error.reason)")
    ]
  }

  /// Lines that begin with a dash that is no hyphen, as word processors and chats make them of one.
  var dashes: [CronFinding] {
    let found = lines.indices.lazy.compactMap { index -> (line: Int, sign: TypedSign)? in
      guard let scalar = lines[index].unicodeScalars.first(where: { $0 != " " && $0 != "\t" }),
        let sign = TypedSign(scalar), sign.isDash
      else { return nil }
      return (index + 1, sign)
    }
    return found.prefix(Self.mostAlike).map { line, sign in
      CronFinding(
        .error, line: line, task: taskName(around: line),
        "\(sign.name) where \(sign.meant) should be: write \(sign.replacement)")
    }
  }

  /// `*/5 * * * * curl …`.
  var crontabLines: [CronFinding] {
    let found = lines.indices.lazy.filter { Self.isOfCrontab(lines[$0]) }
    return found.prefix(Self.mostAlike).map { CronFinding(.error, line: $0 + 1, Self.crontabFault) }
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
        found.append(CronFinding(.error, line: number, task: taskName(around: number), message))
        if found.count == Self.mostAlike { break }
      }
    }
    return found
  }

  private static func decoded(_ line: ArraySlice<UInt8>) -> String {
    if let text = try? UTF8Span(validating: Array(line).span) { return String(copying: text) }
    return line.reduce(into: "") { text, byte in
      text.unicodeScalars.append(TypedSign.scalar(windows1252: byte) ?? Unicode.Scalar(byte))
    }
  }

  static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
}

extension CronText {
  /// Lines of one task, at most: a longer search would be for the author of a hostile text.
  private static let farthestName = 100

  /// The name of the task to which a line belongs, as far as the text says without being YAML.
  func taskName(around line: Int) -> String? {
    guard lines.indices.contains(line - 1) else { return nil }
    func begins(_ index: Int) -> Bool {
      let text = lines[index].drop(while: Self.isBlank)
      return Self.withoutDash(text) != text
    }
    func name(_ index: Int) -> String? {
      guard let member = Self.member(lines[index]), member.key == "name" else { return nil }
      return Self.unquoted(member.value)
    }
    var index = line - 1
    let (first, last) = (index - Self.farthestName, index + Self.farthestName)
    while index >= max(0, first) {
      if let name = name(index) { return name }
      if begins(index) { break }
      index -= 1
    }
    index = line
    while index < min(lines.count, last), !begins(index) {
      if let name = name(index) { return name }
      index += 1
    }
    return nil
  }

  /// Key and value of a line such as `- schedule : "x" # y`.
  static func member(_ line: some StringProtocol) -> (key: String, value: String)? {
    let text = withoutDash(Substring(line).drop(while: isBlank))
    guard let colon = text.firstIndex(of: ":") else { return nil }
    var key = text[..<colon]
    while let last = key.last, isBlank(last) { key.removeLast() }
    guard let next = text[colon...].dropFirst().first, isBlank(next) else { return nil }
    var value = text[colon...].dropFirst().drop(while: isBlank)
    if let comment = value.firstRange(of: " #") { value = value[..<comment.lowerBound] }
    while let last = value.last, isBlank(last) { value.removeLast() }
    return (String(key), String(value))
  }

  /// Without the hyphen, or whatever stands for it, that begins an item of a list.
  private static func withoutDash(_ text: Substring) -> Substring {
    guard let first = text.first, let second = text.dropFirst().first, isBlank(second),
      first == "-" || first.unicodeScalars.first.flatMap(TypedSign.init)?.isDash == true
    else { return text }
    return text.dropFirst().drop(while: isBlank)
  }

  private static func unquoted(_ value: String) -> String? {
    func isMark(_ character: Character?) -> Bool {
      guard let character, let scalar = character.unicodeScalars.first else { return false }
      return character == "\"" || character == "'" || TypedSign(scalar)?.isQuotationMark == true
    }
    let text =
      value.count >= 2 && isMark(value.first) && isMark(value.last) ? String(value.dropFirst().dropLast()) : value
    return text.isEmpty ? nil : text
  }
}
