/// The settings of one start: values, where each came from, and what was odd but not wrong.
package struct ParsedSettings: Sendable {
  package enum Origin: Sendable, Equatable, CustomStringConvertible {
    case flag
    case environment(String)
    case file(String, line: Int)
    case standard

    package var description: String {
      switch self {
      case .flag: "flag"
      case .environment(let variable): "environment variable \(variable)"
      case .file(let path, let line): "\(path):\(line)"
      case .standard: "default"
      }
    }
  }

  var values: [String: any Sendable] = [:]
  var origins: [String: Origin] = [:]
  /// As they were given.
  var texts: [String: [String]] = [:]
  /// The words after the command.
  package var arguments: [String] = []
  /// The command's own options that were given, with their values; that of a switch is empty.
  package var options: [String: String] = [:]
  /// The file that was read, if one was.
  package var filePath: String?
  /// Sentences worth a warning at the start: variables with our prefix that no setting has, and what a file held in vain.
  package var notes: [String] = []

  package subscript<Value>(_ setting: Setting<Value>) -> Value {
    // Asked first, because for an optional Value a missing entry would cast to "set to nil".
    guard let value = values[setting.name] else { return setting.standard }
    return value as? Value ?? setting.standard
  }

  package func origin<Value>(of setting: Setting<Value>) -> Origin {
    origins[setting.name] ?? .standard
  }
}

/// Everything that is wrong with a command line, environment or file, so that one start shows it all.
package struct SettingsError: Error, CustomStringConvertible {
  package let faults: [String]
  /// What was odd beside it: a misspelt variable is often why a setting is missing.
  package let notes: [String]

  package init(_ faults: [String], notes: [String] = []) {
    self.faults = faults
    self.notes = notes
  }

  package var description: String { faults.joined(separator: "\n") }
}
