import Foundation
import TestSupport
import Testing

/// A Laravel application in a folder of its own: the fixture, and in it the command of examples/laravel as people copy it.
struct LaravelApplication: Sendable {
  static let missing: Comment =
    "Laravel is not installed; on Debian it is php-cli, php-mbstring and php-laravel-framework"

  static func isInstalled() async throws -> Bool {
    let script = #"""
      (@include "Illuminate/autoload.php") && extension_loaded("mbstring")
        && class_exists("Illuminate\Foundation\Application") || exit(1);
      """#
    return try await php(["-r", script]).end() == 0
  }

  private static func php(_ arguments: [String]) throws -> RunningProgram {
    try RunningProgram(executable: URL(filePath: "/usr/bin/env"), ["php"] + arguments, environment: [:])
  }

  let folder: URL

  fileprivate init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "beanpole-\(UUID().uuidString)")
    try FileManager.default.copyItem(at: repositoryFile("Tests/EndToEndTests/Fixtures/laravel"), to: folder)
    try FileManager.default.copyItem(
      at: repositoryFile("examples/laravel/app/Console/Commands"), to: folder.appending(path: "app/Console/Commands"))
    for name in ["bootstrap/cache", "storage/framework/cache/data"] {
      try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
    }
  }

  /// worker-server's arguments for both of its endpoints.
  var commands: [String] {
    [
      "--job-directory", folder.path, "--queue-command", "php artisan sqsd:job",
      "--schedule-command", "php artisan schedule:run",
    ]
  }

  /// The payloads of the jobs that the tests send, by name, as Laravel makes them.
  func payloads() async throws -> [String: String] {
    let program = try Self.php([folder.appending(path: "payloads.php").path])
    let status = try await program.end()
    let text = program.events.current.lines.joined(separator: "\n")
    guard status == 0 else { throw Failed(description: text) }
    return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
  }

  /// What a job or a task wrote into the application's storage; nil if it wrote nothing.
  func stored(_ name: String) -> String? {
    try? String(contentsOf: folder.appending(path: "storage/\(name)"), encoding: .utf8)
  }

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }
}

func withLaravel<Value>(_ body: (LaravelApplication) async throws -> Value) async throws -> Value {
  let application = try LaravelApplication()
  defer { try? FileManager.default.removeItem(at: application.folder) }
  return try await body(application)
}
