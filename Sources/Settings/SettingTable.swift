/// All settings and commands of one program, in the order of its help.
package struct SettingTable: Sendable {
  package struct Command: Sendable {
    package let name: String
    package let meaning: String

    package init(_ name: String, _ meaning: String) {
      self.name = name
      self.meaning = meaning
    }
  }

  package let program: String
  /// What the program is, in one sentence; the first line of its help.
  package let summary: String
  /// `SQSD` makes `SQSD_HTTP_URL` of `http-url`.
  package let environmentPrefix: String
  /// The first is the one that runs when none is named.
  package let commands: [Command]
  /// Names of commands that a later version will have: refused by name.
  package let laterCommands: [String]
  package let declarations: [SettingDeclaration]
  /// Text under the settings in the help.
  package let footer: String

  package init(
    program: String, summary: String, environmentPrefix: String, commands: [Command], laterCommands: [String] = [],
    declarations: [SettingDeclaration], footer: String = ""
  ) {
    self.program = program
    self.summary = summary
    self.environmentPrefix = environmentPrefix
    self.commands = commands
    self.laterCommands = laterCommands
    self.declarations = declarations
    self.footer = footer
  }
}

/// What a command line asks for.
package enum Invocation: Sendable {
  case run(command: String, settings: ParsedSettings)
  case help
  case version
}

/// The settings of one start: values, where each came from, and what was odd but not wrong.
package struct ParsedSettings: Sendable {
  package enum Origin: Sendable, Equatable, CustomStringConvertible {
    case flag
    case environment(String)
    case standard

    package var description: String {
      switch self {
      case .flag: "flag"
      case .environment(let variable): "environment variable \(variable)"
      case .standard: "default"
      }
    }
  }

  var values: [String: any Sendable] = [:]
  var origins: [String: Origin] = [:]
  /// Sentences worth a warning at the start: variables with our prefix that no setting has.
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

/// Everything that is wrong with a command line or environment, so that one start shows it all.
package struct SettingsError: Error, CustomStringConvertible {
  package let faults: [String]

  package init(_ faults: [String]) {
    self.faults = faults
  }

  package var description: String { faults.joined(separator: "\n") }
}
