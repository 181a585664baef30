import AWS
import Settings

/// The value of `--task-protection`.
enum ProtectionTerm {
  /// `off`, `on` or minutes; nil is off.
  static func parse(_ text: String) throws(SettingFault) -> Duration? {
    switch text.lowercased() {
    case "off": return nil
    case "on": return .seconds(ECSAgent.standardMinutes * 60)
    default:
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let minutes = Int(text),
        ECSAgent.minutes.contains(minutes)
      else {
        throw SettingFault(
          """
          is neither on nor off nor a whole number of minutes from \(ECSAgent.minutes.lowerBound) to \
          \(ECSAgent.minutes.upperBound)
          """)
      }
      return .seconds(minutes * 60)
    }
  }
}
