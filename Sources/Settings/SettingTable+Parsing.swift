extension SettingTable {
  /// Reads a command line (without the program's own name) and an environment. Flags win over the environment,
  /// the environment over defaults; of a flag given twice the last one counts, unless it is repeatable.
  package func parse(arguments: [String], environment: [String: String]) throws(SettingsError) -> Invocation {
    var faults: [String] = []
    var command: String?
    var hasWrongCommand = false
    var flags: [String: [String]] = [:]
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h", "help": return .help
      case "--version": return .version
      case let word where !word.hasPrefix("-"):
        if command != nil {
          faults.append("unexpected argument \"\(word)\"")
        } else if commands.contains(where: { $0.name == word }) {
          command = word
        } else if laterCommands.contains(word) {
          hasWrongCommand = true
          faults.append("the command \(word) is not available yet in this version")
        } else {
          hasWrongCommand = true
          faults.append("unknown command \"\(word)\"" + suggestion(for: word, among: commands.map(\.name), prefix: ""))
        }
      default:
        do {
          let (name, value) = try flag(argument, rest: &rest)
          flags[name, default: []].append(value)
        } catch {
          faults.append(error.reason)
        }
      }
    }
    let chosen = command ?? commands.first?.name ?? "run"
    // Only the first command starts the program's work: `health` must not insist on a queue, nor must a word that is none.
    let insist = chosen == commands.first?.name && !hasWrongCommand
    let settings = settle(flags: flags, environment: environment, insist: insist, &faults)
    guard faults.isEmpty else { throw SettingsError(faults) }
    return .run(command: chosen, settings: settings)
  }

  private func flag(
    _ argument: String, rest: inout ArraySlice<String>
  ) throws(SettingFault) -> (name: String, value: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0].drop { $0 == "-" })
    guard argument.hasPrefix("--"), let declaration = declarations.first(where: { $0.name == name }) else {
      // What follows is most likely its value: not a second fault.
      if parts.count == 1, let next = rest.first, !next.hasPrefix("-") { rest.removeFirst() }
      let near = suggestion(for: name, among: declarations.map(\.name), prefix: "--")
      throw SettingFault("unknown option \(parts[0])\(near)")
    }
    if parts.count == 2 { return (name, String(parts[1])) }
    if declaration.isSwitch { return (name, "on") }
    // A value may begin with a dash only in the form --name=value; so a forgotten value is not read as the next flag.
    guard let value = rest.first, !value.hasPrefix("--") else {
      throw SettingFault("--\(name) needs a value: --\(name) \(declaration.placeholder)")
    }
    rest.removeFirst()
    return (name, value)
  }

  private func settle(
    flags: [String: [String]], environment: [String: String], insist: Bool, _ faults: inout [String]
  ) -> ParsedSettings {
    var parsed = ParsedSettings()
    for declaration in declarations {
      let variable = declaration.environmentVariable(prefix: environmentPrefix)
      let given: (texts: [String], origin: ParsedSettings.Origin, place: String)
      if let texts = flags[declaration.name] {
        given = (texts, .flag, declaration.flag)
      } else if let text = environment[variable], !text.isEmpty {
        let texts = declaration.isRepeatable ? text.split(separator: ",").map(String.init) : [text]
        given = (texts, .environment(variable), variable)
      } else {
        if declaration.isRequired, insist {
          faults.append("\(declaration.flag) is required (or set \(variable)): \(declaration.meaning)")
        }
        continue
      }
      guard declaration.isAvailable else {
        faults.append("\(given.place): not available yet in this version")
        continue
      }
      do {
        parsed.values[declaration.name] = try declaration.read(given.texts)
        parsed.origins[declaration.name] = given.origin
      } catch {
        // An @ in a refused value is most likely a password in a URL, and this text ends in a log.
        let text = given.texts.joined(separator: ",")
        faults.append("\(given.place): \(text.contains("@") ? "what is given" : "\"\(text)\"") \(error.reason)")
      }
    }
    parsed.notes = unknownVariables(in: environment)
    return parsed
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

  private func suggestion(for word: String, among candidates: [String], prefix: String) -> String {
    guard let nearest = nearest(to: word, among: candidates) else { return "" }
    return ", did you mean \(prefix)\(nearest)?"
  }
}
