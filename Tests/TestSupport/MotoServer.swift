import Foundation
import Glibc

/// The server of moto (PyPI, `moto[server]`), which imitates AWS: SQS, DynamoDB and STS for tests of the wire.
///
/// It runs on a free port of 127.0.0.1 until `stop()`, or until it is released.
package final class MotoServer: Sendable {
  package struct StartError: Error, CustomStringConvertible {
    package let description: String
  }

  /// `http://127.0.0.1:PORT`.
  package let endpoint: String
  private let process: Process

  private init(process: Process, endpoint: String) {
    self.process = process
    self.endpoint = endpoint
  }

  deinit { stop() }

  /// Starts it and returns once it listens. Throws `StartError` if it ends instead, with what it wrote.
  package static func start() async throws -> MotoServer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [pythonInterpreter(), "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    process.standardOutput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardError = pipe
    let output = TestSignal((text: "", hasEnded: false))
    let reader = Thread {
      while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
        output.update { $0.text += String(decoding: data, as: UTF8.self) }
      }
      output.update { $0.hasEnded = true }
    }
    try process.run()
    reader.start()
    // Its log names the port once the socket listens: "Running on http://127.0.0.1:41234".
    let seen = try await output.wait { $0.hasEnded || address(in: $0.text) != nil }
    guard let endpoint = address(in: seen.text) else {
      throw StartError(description: "moto did not start. Is moto[server] installed? It wrote: \(seen.text)")
    }
    return MotoServer(process: process, endpoint: endpoint)
  }

  /// Ends it, once and for all.
  ///
  /// Not with SIGTERM: a child inherits the signal mask of the thread that starts it, and the threads on which Swift's
  /// tasks run block nearly every signal, so that one would stay pending for ever.
  package func stop() {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// `$BEANPOLE_PYTHON`, else `.venv/bin/python` in a directory above this file, else `python3`.
  package static func pythonInterpreter(file: String = #filePath) -> String {
    if let named = ProcessInfo.processInfo.environment["BEANPOLE_PYTHON"], !named.isEmpty { return named }
    var directory = URL(fileURLWithPath: file).deletingLastPathComponent()
    while directory.path != "/" {
      let candidate = directory.appendingPathComponent(".venv/bin/python").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      directory.deleteLastPathComponent()
    }
    return "python3"
  }

  private static func address(in text: String) -> String? {
    guard let start = text.range(of: "Running on http://") else { return nil }
    let rest = text[start.upperBound...]
    guard let end = rest.firstIndex(where: \.isWhitespace) else { return nil }
    return "http://" + rest[..<end]
  }
}
