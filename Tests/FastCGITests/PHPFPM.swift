import Foundation
import Glibc
import TestSupport
import Testing

@testable import FastCGI

/// A php-fpm of a test's own: a folder with its socket, its configuration and the scripts that it runs.
final class PHPFPM: Sendable {
  static let executable = ["/usr/sbin/php-fpm8.2", "/usr/bin/php-fpm8.2"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  static var isInstalled: Bool { executable != nil }

  let folder: String
  private let program: RunningProgram

  /// Starts it, and ends it and whatever it runs when the body is done.
  static func with(
    children: Int = 2, settings: [String] = [], _ body: (PHPFPM) async throws -> Void
  ) async throws {
    let fpm = try await PHPFPM(children: children, settings: settings)
    do {
      try await body(fpm)
    } catch {
      try await fpm.terminate()
      throw error
    }
    try await fpm.terminate()
  }

  /// Starts it with as many children, and returns when it listens.
  init(children: Int = 2, settings: [String] = [], folder: String? = nil) async throws {
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
      executable: URL(filePath: try #require(Self.executable)), ["-n", "-F", "-y", file] + (isRoot ? ["-R"] : []),
      environment: [:])
    _ = try await program.line(containing: "ready to handle connections")
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  var address: FastCGIAddress { .unix(path: "\(folder)/fpm.sock") }

  func client(kept: Int = 4, limits: FastCGILimits = FastCGILimits()) -> FastCGIClient {
    FastCGIClient(address: address, maximumConnections: kept, limits: limits)
  }

  /// A request for a script, which is written first if its text is given.
  func request(_ name: String, _ text: String? = nil, body: [UInt8] = []) throws -> FastCGIRequest {
    let path = "\(folder)/\(name)"
    if let text { try "<?php \(text)".write(toFile: path, atomically: true, encoding: .utf8) }
    return FastCGIRequest(
      parameters: [
        ("GATEWAY_INTERFACE", "CGI/1.1"), ("SERVER_PROTOCOL", "HTTP/1.1"), ("REQUEST_METHOD", "POST"),
        ("REQUEST_URI", "/worker/queue?x=y"), ("QUERY_STRING", "x=y"), ("SCRIPT_FILENAME", path),
        ("SCRIPT_NAME", "/\(name)"), ("CONTENT_TYPE", "application/json"), ("CONTENT_LENGTH", "\(body.count)"),
        ("HTTP_X_AWS_SQSD_MSGID", "m1"),
      ], body: body)
  }

  /// Ends it and whatever it runs, at once. (Children would outlive a master that is killed.)
  func terminate() async throws {
    if program.events.current.end == nil { program.signal(SIGTERM) }
    _ = try await program.end()
  }

  /// Lets it finish what it runs, as `systemctl stop` does.
  func quit() async throws {
    program.signal(SIGQUIT)
    _ = try await program.end()
  }
}

/// Waits for a file that a script writes.
func contents(of path: String) async throws -> String {
  while true {
    if let text = try? String(contentsOfFile: path, encoding: .utf8), text.hasSuffix("\n") { return text }
    try await Task.sleep(for: .milliseconds(5))
  }
}
