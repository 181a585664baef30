extension SettingTable {
  /// The text of `--help`.
  package var help: String {
    var lines = ["\(program): \(summary)", "", "Usage: \(program) [command] [options]", "", "Commands:"]
    let forms = commands.map { ([$0.name] + $0.arguments).joined(separator: " ") }
    let width = (forms.map(\.count).max() ?? 0) + 2
    for (index, command) in commands.enumerated() {
      let form = forms[index] + String(repeating: " ", count: width - forms[index].count)
      lines.append("  \(form)\(command.meaning)\(index == 0 ? " (when none is named)" : "")")
      for option in command.options {
        let value = option.placeholder.isEmpty ? "" : " " + option.placeholder
        lines.append("      --\(option.name)\(value): \(option.meaning)")
      }
    }
    lines += [
      "", "Options (each may also be set by the environment variable in brackets; a flag wins):",
    ]
    for declaration in declarations {
      let value = declaration.placeholder.isEmpty ? "" : " " + declaration.placeholder
      lines.append("  \(declaration.flag)\(value)  [\(declaration.environmentVariable(prefix: environmentPrefix))]")
      lines += wrapped(describe(declaration), width: 100, indent: "      ")
    }
    lines += ["  --help", "  --version"]
    if !footer.isEmpty { lines += ["", footer] }
    return lines.joined(separator: "\n")
  }

  /// The README's table of settings.
  package var markdown: String {
    let hasBeanstalk = declarations.contains { $0.beanstalkOption != nil }
    var lines =
      hasBeanstalk
      ? ["| flag | Beanstalk option | default | meaning |", "|---|---|---|---|"]
      : ["| flag | default | meaning |", "|---|---|---|"]
    for declaration in declarations {
      let beanstalk = hasBeanstalk ? " \(declaration.beanstalkOption ?? "–") |" : ""
      let standard = declaration.isRequired ? "required" : declaration.standardText
      let repeatable = declaration.isRepeatable ? " (repeatable)" : ""
      lines.append("| `\(declaration.flag)`\(repeatable) |\(beanstalk) \(standard) | \(rangeAndMeaning(declaration)) |")
    }
    return lines.joined(separator: "\n")
  }

  private func describe(_ declaration: SettingDeclaration) -> String {
    var text = rangeAndMeaning(declaration)
    text += declaration.isRequired ? " Required." : " Default: \(declaration.plainStandard)."
    if declaration.isRepeatable { text += " May be given several times (comma separated in the environment)." }
    if let option = declaration.beanstalkOption { text += " On Beanstalk: \(option)." }
    return text
  }

  private func rangeAndMeaning(_ declaration: SettingDeclaration) -> String {
    let later = declaration.isAvailable ? "" : "Not available yet. "
    let meaning = declaration.range.isEmpty ? declaration.meaning : "\(declaration.range): \(declaration.meaning)"
    return later + meaning.prefix(1).uppercased() + meaning.dropFirst() + "."
  }
}

/// Breaks a text at blanks so that no line is longer than `width` letters, if its words allow.
private func wrapped(_ text: String, width: Int, indent: String) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, line.count + word.count + 1 > width - indent.count {
      lines.append(indent + line)
      line = ""
    }
    line += (line.isEmpty ? "" : " ") + word
  }
  if !line.isEmpty { lines.append(indent + line) }
  return lines
}
