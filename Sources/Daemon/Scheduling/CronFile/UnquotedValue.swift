import Settings

/// A value that YAML can only read in quotation marks, and that has none: `schedule: */5 * * * *`.
struct UnquotedValue: Equatable {
  let key: String
  let text: String

  var fault: String {
    let shown = Shown.word(text, longest: 60)
    let reason =
      text.hasPrefix("*") ? "a * begins an alias" : "no value begins with \(text.prefix(1))"
    return "\(key): \(shown) must be quoted in YAML, where \(reason): write \(key): \"\(shown)\""
  }
}

extension CronText {
  /// By line.
  var unquotedValues: [Int: UnquotedValue] {
    var found: [Int: UnquotedValue] = [:]
    for (index, line) in lines.enumerated() {
      guard let member = Self.member(line), ["name", "url", "schedule"].contains(member.key),
        let first = member.value.first, "*@%`".contains(first), !Self.isAlias(member.value)
      else { continue }
      found[index + 1] = UnquotedValue(key: member.key, text: member.value)
    }
    return found
  }

  /// `*nightly` may mean the anchor of that name.
  private static func isAlias(_ value: String) -> Bool {
    let name = value.dropFirst()
    return value.hasPrefix("*") && !name.isEmpty
      && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
  }

  /// The same text, line by line, in which those values are empty.
  func bytes(without unquoted: [Int: UnquotedValue]) -> [UInt8] {
    var text: [UInt8] = []
    for (index, line) in lines.enumerated() {
      if index > 0 { text.append(0x0A) }
      if unquoted[index + 1] != nil, let colon = line.firstIndex(of: ":") {
        text += "\(line[...colon]) \"\"".utf8
      } else {
        text += line.utf8
      }
    }
    return text
  }
}
