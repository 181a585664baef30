import Foundation
import TestSupport

/// Python with botocore: the other implementation, which judges ours.
struct Botocore: Error, CustomStringConvertible {
  var description: String

  /// `$BEANPOLE_PYTHON`, else the virtual environment of the repository, else the system's Python: the first of them that
  /// has botocore.
  static func python() throws -> String {
    try found.get()
  }

  private static let found = Result { () throws(Botocore) in
    var candidates = [ProcessInfo.processInfo.environment["BEANPOLE_PYTHON"]].compactMap { $0 }
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while folder.path.count > 1 {
      candidates.append(folder.appending(path: ".venv/bin/python").path)
      folder.deleteLastPathComponent()
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    candidates += path.split(separator: ":").map { "\($0)/python3" }
    for candidate in candidates where FileManager.default.isExecutableFile(atPath: candidate) {
      let process = Process()
      process.executableURL = URL(filePath: candidate)
      process.arguments = [
        "-c",
        "import sys; from importlib.util import find_spec; sys.exit(not (find_spec('boto3') and find_spec('moto')))",
      ]
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { continue }
      process.waitUntilExit()
      if process.terminationStatus == 0 { return candidate }
    }
    throw Botocore(description: "no Python with botocore found: run `make test`, which installs it")
  }

  static func fixture(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
  }

  /// Runs a script of Fixtures with `input` as JSON on its standard input; its standard output, decoded.
  static func run<Output: Decodable>(
    _ script: String, input: some Encodable, as type: Output.Type = Output.self
  ) async throws -> Output {
    let inputFile = FileManager.default.temporaryDirectory.appending(path: "\(script)-\(UUID().uuidString).json")
    try JSONEncoder().encode(input).write(to: inputFile)
    defer { try? FileManager.default.removeItem(at: inputFile) }
    let program = try RunningProgram(
      executable: URL(filePath: "/bin/sh"),
      ["-c", #"exec "$0" "$1" < "$2""#, try python(), fixture(script), inputFile.path],
      environment: [:])
    let status = try await program.end()
    let output = program.events.current.lines.joined(separator: "\n")
    guard status == 0 else { throw Botocore(description: "\(script) failed: \(output)") }
    return try JSONDecoder().decode(type, from: Data(output.utf8))
  }
}
