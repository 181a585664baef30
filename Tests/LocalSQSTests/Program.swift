import Foundation
import Glibc
import TestSupport

/// A program of this package, or another one, run by a test.
final class Program: Sendable {
  struct Output: Sendable {
    var text = ""
    var hasEnded = false
  }

  private let process: Process
  /// Standard output and standard error, as they come.
  let output = TestSignal(Output())

  /// Starts it. It is ended when it is released.
  init(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) throws {
    let pipe = Pipe()
    process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = output
    Thread {
      while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
        output.update { $0.text += String(decoding: data, as: UTF8.self) }
      }
      output.update { $0.hasEnded = true }
    }.start()
  }

  deinit { stop() }

  /// Ends it at once. (A program that is not mentioned any more may be released, and so ended, in the middle of a test.)
  func stop() {
    if process.isRunning { signal(SIGKILL) }
  }

  func signal(_ number: Int32) {
    kill(process.processIdentifier, number)
  }

  /// Its exit status and everything it wrote.
  func end() async throws -> (status: Int32, text: String) {
    let text = try await output.wait { $0.hasEnded }.text
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  /// Runs `python3`, or what stands for it, to its end.
  static func python(_ arguments: [String]) async throws -> (status: Int32, text: String) {
    let environment = [
      "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
      "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "AWS_CONFIG_FILE": "/dev/null",
    ]
    let program = try Program("/usr/bin/env", [MotoServer.pythonInterpreter()] + arguments, environment: environment)
    return try await program.end()
  }
}

/// The program under test, listening on a free port.
struct RunningLocalSQS {
  let program: Program
  let endpoint: String

  struct StartError: Error {
    let text: String
  }

  static func start(_ arguments: [String] = []) async throws -> RunningLocalSQS {
    let program = try Program(executable(), ["--address", "127.0.0.1:0"] + arguments)
    let seen = try await program.output.wait { $0.hasEnded || address(in: $0.text) != nil }
    guard let address = address(in: seen.text) else { throw StartError(text: seen.text) }
    return RunningLocalSQS(program: program, endpoint: "http://\(address)")
  }

  var port: Int { Int(endpoint.split(separator: ":").last ?? "") ?? 0 }

  /// Beside the test bundle: by the product's name, or by the target's.
  static func executable() throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let directory = URL(fileURLWithPath: own).deletingLastPathComponent()
    let candidates = ["local-sqs", "LocalSQS"].map { directory.appendingPathComponent($0).path }
    guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
      throw StartError(text: "none of \(candidates) is there")
    }
    return found
  }

  /// In either form of the log: `"address":"127.0.0.1:1234"` or `address=127.0.0.1:1234`.
  private static func address(in text: String) -> String? {
    guard text.contains("local-sqs listening"), let match = text.firstMatch(of: /127\.0\.0\.1:[0-9]+(?=[" ])/) else {
      return nil
    }
    return String(match.output)
  }
}
