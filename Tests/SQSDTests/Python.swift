import Foundation
import TestSupport

/// Python's standard library as the other implementation, which judges ours.
enum Python {
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// Runs a script in which `given` is what was given, as JSON has it; what it prints as JSON.
  static func run<Output: Decodable>(
    _ script: String, given: some Encodable, as type: Output.Type = Output.self
  ) async throws -> Output {
    let file = FileManager.default.temporaryDirectory.appending(path: "beanpole-\(UUID().uuidString).json")
    try JSONEncoder().encode(given).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let program = try RunningProgram(
      executable: URL(filePath: "/usr/bin/env"),
      ["python3", "-c", "import json, sys\ngiven = json.load(open(sys.argv[1]))\n" + script, file.path],
      environment: [:])
    let status = try await program.end()
    let output = program.events.current.lines.joined(separator: "\n")
    guard status == 0 else { throw Failed(description: output) }
    return try JSONDecoder().decode(type, from: Data(output.utf8))
  }
}
