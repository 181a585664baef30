import Foundation

/// A folder of a test's own, removed with it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "credentials-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String, executable: Bool = false) throws -> String {
    try write(name, bytes: Array(text.utf8), executable: executable)
  }

  @discardableResult
  func write(_ name: String, bytes: [UInt8], executable: Bool = false) throws -> String {
    let file = "\(path)/\(name)"
    try Data(bytes).write(to: URL(filePath: file))
    if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file) }
    return file
  }

  /// The variables that lead to the two files in this folder, whether they are there or not.
  var environment: [String: String] {
    ["AWS_CONFIG_FILE": "\(path)/config", "AWS_SHARED_CREDENTIALS_FILE": "\(path)/credentials"]
  }
}
