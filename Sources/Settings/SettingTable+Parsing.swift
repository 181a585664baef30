extension SettingTable {
  /// Reads a command line (without the program's own name), an environment and a file. Flags win over the environment, the
  /// environment over the file, the file over defaults; of a flag given twice the last one counts, unless it is repeatable.
  ///
  /// `file` is asked once flags and environment are known, because they may name the file; it is nil if there is none.
  package func parse(
    arguments: [String], environment: [String: String], file: (ParsedSettings) -> SettingsFile? = { _ in nil }
  ) throws(SettingsError) -> Invocation {
    let words = words(of: arguments)
    if let wish = words.wish { return wish }
    let command = words.command ?? commands.first
    var settling = Settling(faults: words.faults)
    settling.parsed.arguments = words.arguments
    settling.parsed.options = words.options
    for declaration in declarations {
      if let texts = words.flags[declaration.name] {
        settling.take(declaration, texts, from: .flag, at: declaration.flag)
      } else if case let variable = declaration.environmentVariable(prefix: environmentPrefix),
        let text = environment[variable], !text.isEmpty
      {
        settling.take(declaration, declaration.texts(of: text), from: .environment(variable), at: variable)
      }
    }
    settling.parsed.notes = unknownVariables(in: environment)
    let file = file(settling.parsed)
    if let file { take(file, &settling) }
    // A word that is no command, or a file that is unread, must not make a queue missing as well.
    if command?.needsSettings == true, !words.hasWrongCommand, file?.isUnread != true { insist(&settling) }
    guard settling.faults.isEmpty else { throw SettingsError(settling.faults, notes: settling.parsed.notes) }
    return .run(command: command?.name ?? "run", settings: settling.parsed)
  }

  private func take(_ file: SettingsFile, _ settling: inout Settling) {
    settling.parsed.filePath = file.path
    settling.parsed.notes += file.notes
    // What a flag or a variable overrides does no harm.
    let faults = file.faults.filter { !settling.given.contains($0.name ?? "") }
    settling.faults += faults.map(\.text)
    settling.given.formUnion(faults.compactMap(\.name))
    for declaration in declarations where !settling.given.contains(declaration.name) {
      guard let entry = file.entries.last(where: { $0.name == declaration.name }) else { continue }
      let place = file.place(of: entry.key, line: entry.line)
      // A file may have been written for another program, or another version: what is not there yet is no fault of it.
      guard declaration.isAvailable else {
        settling.parsed.notes.append("\(place) stands for \(declaration.flag), which is not available yet: ignored")
        continue
      }
      settling.take(declaration, entry.texts, from: .file(file.path, line: entry.line), at: place)
    }
  }

  private func insist(_ settling: inout Settling) {
    for declaration in declarations where declaration.isRequired && !settling.given.contains(declaration.name) {
      let variable = declaration.environmentVariable(prefix: environmentPrefix)
      settling.faults.append("\(declaration.flag) is required (or set \(variable)): \(declaration.meaning)")
    }
  }

  private func unknownVariables(in environment: [String: String]) -> [String] {
    let known = declarations.map { $0.environmentVariable(prefix: environmentPrefix) }
    return environment.keys.sorted().compactMap { variable in
      guard variable.hasPrefix(environmentPrefix + "_"), !known.contains(variable) else { return nil }
      // Only near misses: other programs use such prefixes too, and silence about theirs is right.
      let near = suggestion(for: variable, among: known, prefix: "")
      return near.isEmpty ? nil : "the environment variable \(variable) means nothing here\(near)"
    }
  }
}

/// Settings on their way from texts to values.
private struct Settling {
  var parsed = ParsedSettings()
  /// Names that a flag, a variable or the file gave, rightly or wrongly.
  var given: Set<String> = []
  var faults: [String]

  init(faults: [String]) {
    self.faults = faults
  }

  mutating func take(
    _ declaration: SettingDeclaration, _ texts: [String], from origin: ParsedSettings.Origin, at place: String
  ) {
    given.insert(declaration.name)
    guard declaration.isAvailable else {
      faults.append("\(place): not available yet in this version")
      return
    }
    do {
      parsed.values[declaration.name] = try declaration.read(texts)
      parsed.origins[declaration.name] = origin
      parsed.texts[declaration.name] = texts
    } catch {
      faults.append("\(place): \(Shown.value(texts.joined(separator: ","))) \(error.reason)")
    }
  }
}
