extension SettingTable {
  /// One setting as it is, for a person or a program that asks.
  package struct Row: Sendable, Encodable {
    package let name: String
    /// As it was given, or the default; nil if it is not set and its default is no text that could be given.
    package let value: String?
    /// Of a number: `s`.
    package let unit: String?
    package let origin: String
    package let standard: String
    package let range: String?
    package let flag: String
    package let variable: String
    package let isAvailable: Bool

    enum CodingKeys: String, CodingKey {
      case name, value, unit, origin, range, flag, variable
      case standard = "default"
      case isAvailable = "available"
    }
  }

  package func rows(of settings: ParsedSettings) -> [Row] {
    declarations.map { declaration in
      let given = settings.texts[declaration.name]
      return Row(
        name: declaration.name,
        value: given.map { declaration.shown($0) } ?? declaration.standardValue,
        unit: declaration.unit.isEmpty ? nil : declaration.unit,
        origin: declaration.isAvailable
          ? (settings.origins[declaration.name] ?? .standard).description : "not available yet",
        standard: declaration.plainStandard, range: declaration.range.isEmpty ? nil : declaration.range,
        flag: declaration.flag, variable: declaration.environmentVariable(prefix: environmentPrefix),
        isAvailable: declaration.isAvailable)
    }
  }

  /// Every setting on a line of its own: name, value, where it came from.
  package func report(_ settings: ParsedSettings) -> String {
    let rows = rows(of: settings).map { row in
      let unit = row.value == nil || row.unit == nil ? "" : " \(row.unit ?? "")"
      return [row.name, (row.value ?? row.standard) + unit, row.origin]
    }
    let widths = (0...1).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { text, width in text + String(repeating: " ", count: width - text.count) + "  " }.joined()
        + row[2]
    }.joined(separator: "\n")
  }
}

extension SettingDeclaration {
  fileprivate func shown(_ texts: [String]) -> String {
    let text = texts.joined(separator: ", ")
    return isShownByLength ? "(\(text.utf8.count) bytes)" : Shown.word(text, longest: .max)
  }
}
