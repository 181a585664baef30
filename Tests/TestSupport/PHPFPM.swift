import Foundation
import Glibc

/// A php-fpm of a test's own: a folder with its socket, its configuration and the scripts that it runs.
package final class PHPFPM: Sendable {
  package static let executable = ["/usr/sbin/php-fpm8.2", "/usr/bin/php-fpm8.2"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  package static var isInstalled: Bool { executable != nil }

  package let folder: String
  private let program: RunningProgram

  /// Starts it, and ends it and whatever it runs when the body is done.
  package static func with(
    children: Int = 2, extensions: Bool = false, settings: [String] = [], _ body: (PHPFPM) async throws -> Void
  ) async throws {
    let fpm = try await PHPFPM(children: children, extensions: extensions, settings: settings)
    do {
      try await body(fpm)
    } catch {
      try await fpm.terminate()
      throw error
    }
    try await fpm.terminate()
  }

  /// Starts it with as many children, and returns when it listens. `extensions` are those of the system's php.ini.
  package init(children: Int = 2, extensions: Bool = false, settings: [String] = [], folder: String? = nil) async throws
  {
    guard let executable = Self.executable else { throw PHPFPMMissing() }
    let folder =
      folder ?? FileManager.default.temporaryDirectory.appending(path: "fpm-\(UUID().uuidString.prefix(8))").path
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let isRoot = geteuid() == 0
    let configuration = """
      [global]
      error_log = /proc/self/fd/2
      daemonize = no
      [www]
      \(isRoot ? "user = root\ngroup = root" : "")
      listen = \(folder)/fpm.sock
      pm = static
      pm.max_children = \(children)
      php_admin_flag[display_errors] = off
      php_admin_flag[log_errors] = on
      \(settings.joined(separator: "\n"))
      """
    let file = "\(folder)/fpm.conf"
    try configuration.write(toFile: file, atomically: true, encoding: .utf8)
    program = try RunningProgram(
      executable: URL(filePath: executable),
      ["-F", "-y", file] + (isRoot ? ["-R"] : []) + (extensions ? [] : ["-n"]), environment: [:])
    _ = try await program.line(containing: "ready to handle connections")
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Where it listens.
  package var socket: String { "\(folder)/fpm.sock" }

  /// Writes a script and returns its path.
  @discardableResult
  package func write(_ name: String, _ text: String) throws -> String {
    let path = "\(folder)/\(name)"
    try "<?php \(text)".write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// Ends it and whatever it runs, at once. (Children would outlive a master that is killed.)
  package func terminate() async throws {
    if program.events.current.end == nil { program.signal(SIGTERM) }
    _ = try await program.end()
  }

  /// Lets it finish what it runs, as `systemctl stop` does.
  package func quit() async throws {
    program.signal(SIGQUIT)
    _ = try await program.end()
  }
}

struct PHPFPMMissing: Error {}

/// Waits for a file that a script writes.
package func contents(of path: String) async throws -> String {
  while true {
    if let text = try? String(contentsOfFile: path, encoding: .utf8), text.hasSuffix("\n") { return text }
    try await Task.sleep(for: .milliseconds(5))
  }
}
