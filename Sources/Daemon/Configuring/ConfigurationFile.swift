import Settings
import YAML

/// The file with settings: the one that is named, else aws-sqsd's, if it is there.
struct ConfigurationFile {
  static let standardPath = "/etc/aws-sqsd.d/default.yaml"
  /// One line for each setting that there is fits many times.
  static let limits = YAMLLimits(bytes: 256 << 10, depth: 8, nodes: 5000)

  /// Where to look when none is named.
  var standardPath = ConfigurationFile.standardPath

  /// Nil if none is named and none is there. One that cannot be read is a fault, whoever named it: what it says was meant.
  func read(named path: String?, table: SettingTable) -> SettingsFile? {
    let named = path ?? standardPath
    let bytes: [UInt8]
    do {
      bytes = try BoundedFile.read(named, limit: Self.limits.bytes)
    } catch {
      if path == nil, error.isAbsence { return nil }
      return SettingsFile(path: named, unread: "\(named) cannot be read: \(error.reason)")
    }
    do {
      return ConfigurationKeys.read(try YAMLNode(parsing: bytes, limits: Self.limits), path: named, table: table)
    } catch {
      return SettingsFile(
        path: named, unread: "\(named):\(error.place.line): column \(error.place.column): \(error.reason)")
    }
  }
}
