import FoundationEssentials
import Settings

/// `sqsd config`: every setting, its value and where it came from. Secrets are in files, of which it tells the name.
enum ConfigCommand {
  static func text(_ settings: ParsedSettings, _ table: SettingTable) throws -> String {
    guard settings.options["json"] != nil else { return table.report(settings) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(table.rows(of: settings)), as: UTF8.self)
  }
}
