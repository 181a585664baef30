/// All settings and commands of one program, in the order of its help.
package struct SettingTable: Sendable {
  package struct Command: Sendable {
    package let name: String
    package let meaning: String
    /// How help names the words after it, in their order; in brackets what may be left out: `[DIR]`.
    package let arguments: [String]
    /// Switches that only this command has.
    package let options: [Option]
    /// Required settings must be there. `health` must not insist on a queue.
    package let needsSettings: Bool

    package init(
      _ name: String, _ meaning: String, arguments: [String] = [], options: [Option] = [], needsSettings: Bool = false
    ) {
      self.name = name
      self.meaning = meaning
      self.arguments = arguments
      self.options = options
      self.needsSettings = needsSettings
    }
  }

  /// A switch of one command, or with a placeholder a value that it takes: no setting, so it is neither in the environment
  /// nor in a file.
  package struct Option: Sendable {
    package let name: String
    /// How help names the value; empty for a switch.
    package let placeholder: String
    package let meaning: String

    package init(_ name: String, placeholder: String = "", _ meaning: String) {
      self.name = name
      self.placeholder = placeholder
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
    // The first one starts the program's work, for which everything must be there.
    self.commands = commands.enumerated().map { index, command in
      guard index == 0 else { return command }
      return Command(
        command.name, command.meaning, arguments: command.arguments, options: command.options, needsSettings: true)
    }
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
