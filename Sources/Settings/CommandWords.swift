/// What the words of a command line are, before any value is read.
struct CommandWords {
  /// Nil when none is named, or a wrong one.
  var command: SettingTable.Command?
  var hasWrongCommand = false
  var arguments: [String] = []
  /// Texts by the setting's name, in their order.
  var flags: [String: [String]] = [:]
  /// The last text of each of the commands' own options; none of a switch.
  var options: [String: String] = [:]
  /// `--help` or `--version`, before which nothing else counts.
  var wish: Invocation?
  var faults: [String] = []
}

extension SettingTable {
  func words(of arguments: [String]) -> CommandWords {
    var words = CommandWords()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h", "help": words.wish = words.wish ?? .help
      case "--version": words.wish = words.wish ?? .version
      case let word where !word.hasPrefix("-"):
        if words.command != nil {
          words.arguments.append(word)
        } else {
          name(word, &words)
        }
      default:
        do throws(SettingFault) {
          if let option = commandOption(argument) {
            words.options[option.name] =
              option.placeholder.isEmpty
              ? ""
              : try value(of: argument, named: option.name, placeholder: option.placeholder, rest: &rest)
            continue
          }
          let (name, value) = try flag(argument, rest: &rest)
          words.flags[name, default: []].append(value)
        } catch {
          words.faults.append(error.reason)
        }
      }
    }
    check(&words)
    return words
  }

  private func name(_ word: String, _ words: inout CommandWords) {
    // What follows a wrong command is most likely its argument: not a second fault.
    if words.hasWrongCommand { return }
    if let command = commands.first(where: { $0.name == word }) {
      words.command = command
    } else if laterCommands.contains(word) {
      words.hasWrongCommand = true
      words.faults.append("the command \(word) is not available yet in this version")
    } else {
      words.hasWrongCommand = true
      words.faults.append(
        "unknown command \(Shown.value(word))" + suggestion(for: word, among: commands.map(\.name), prefix: ""))
    }
  }

  /// Arguments and switches that the command does not have, and arguments that it misses.
  private func check(_ words: inout CommandWords) {
    let command = words.command ?? commands.first
    let takes = command?.arguments ?? []
    words.faults += words.arguments.dropFirst(takes.count).map { "unexpected argument \(Shown.value($0))" }
    words.faults += takes.dropFirst(words.arguments.count).filter { !$0.hasPrefix("[") }.map {
      "\(program) \(command?.name ?? "") needs \($0)"
    }
    guard !words.hasWrongCommand else { return }
    for option in words.options.keys.sorted() where command?.options.contains(where: { $0.name == option }) != true {
      let owners = commands.filter { $0.options.contains { $0.name == option } }.map(\.name)
      words.faults.append("--\(option) belongs to \(program) \(owners.joined(separator: ", "))")
    }
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
    if declaration.isSwitch, parts.count == 1 { return (name, "on") }
    return (name, try value(of: argument, named: name, placeholder: declaration.placeholder, rest: &rest))
  }

  /// Of `--name=value`, or the next word.
  private func value(
    of argument: String, named name: String, placeholder: String, rest: inout ArraySlice<String>
  ) throws(SettingFault) -> String {
    if let sign = argument.firstIndex(of: "=") { return String(argument[sign...].dropFirst()) }
    // A value may begin with a dash only in the form --name=value; so a forgotten value is not read as the next flag.
    guard let value = rest.first, !value.hasPrefix("--") else {
      throw SettingFault("--\(name) needs a value: --\(name) \(placeholder)")
    }
    rest.removeFirst()
    return value
  }

  /// The commands' own option that a word is, `--name` or, if it takes a value, `--name=value`.
  private func commandOption(_ argument: String) -> Option? {
    let all = commands.flatMap(\.options)
    return all.first { "--\($0.name)" == argument || (!$0.placeholder.isEmpty && argument.hasPrefix("--\($0.name)=")) }
  }

  func suggestion(for word: String, among candidates: [String], prefix: String) -> String {
    guard let nearest = nearest(to: word, among: candidates) else { return "" }
    return ", did you mean \(prefix)\(nearest)?"
  }
}
