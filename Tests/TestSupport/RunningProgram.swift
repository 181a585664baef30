package import Foundation

/// One of our built programs, running as a process of its own, with its standard output as lines.
package final class RunningProgram: Sendable {
  package struct Record: Sendable {
    package var lines: [String] = []
    /// The exit status, or the negative number of the signal that ended it; nil while it runs.
    package var end: Int32?
  }

  package let events = TestSignal(Record())
  package let processID: Int32
  private let process: UncheckedProcess

  /// Starts a product of this package: `sqsd`, `worker-server` or `local-sqs`. Nothing of the test's own environment
  /// reaches it but PATH and HOME.
  package convenience init(
    _ product: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws {
    try self.init(executable: Self.directory.appending(path: product), arguments, environment: environment)
  }

  package init(
    executable: URL, _ arguments: [String], environment: [String: String], input: Pipe? = nil
  ) throws {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    let inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME"].contains($0.key) }
    process.environment = inherited.merging(environment) { _, new in new }
    let pipe = Pipe()
    if let input { process.standardInput = input }
    process.standardOutput = pipe
    process.standardError = pipe
    let events = events
    let splitter = LineSplitter { line in events.update { $0.lines.append(line) } }
    pipe.fileHandleForReading.readabilityHandler = { handle in
      let data = handle.availableData
      if data.isEmpty {
        handle.readabilityHandler = nil
      } else {
        splitter.add(data)
      }
    }
    process.terminationHandler = { process in
      let status = process.terminationStatus
      let end = process.terminationReason == .exit ? status : -status
      events.update { $0.end = end }
    }
    try process.run()
    processID = process.processIdentifier
    self.process = UncheckedProcess(process)
  }

  /// Where the built programs are: beside the test bundle.
  package static var directory: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  }

  /// The first line that satisfies the condition, once it is there. Throws when the program ends without it.
  package func line(where condition: @escaping @Sendable (String) -> Bool) async throws -> String {
    let record = try await events.wait { $0.end != nil || $0.lines.contains(where: condition) }
    guard let line = record.lines.first(where: condition) else {
      throw ProgramEnded(status: record.end ?? 0, lines: record.lines)
    }
    return line
  }

  package func line(containing text: String) async throws -> String {
    try await line { $0.contains(text) }
  }

  package func signal(_ number: Int32) {
    kill(processID, number)
  }

  /// The exit status, or the negative signal number.
  package func end() async throws -> Int32 {
    try await events.wait { $0.end != nil }.end ?? 0
  }

  /// Ends it for good, if it still runs.
  package func stop() {
    if events.current.end == nil { kill(processID, SIGKILL) }
  }

  /// A program that ended although something was still expected of it.
  package struct ProgramEnded: Error, CustomStringConvertible {
    let status: Int32
    let lines: [String]
    package var description: String { "ended with \(status) after:\n" + lines.suffix(20).joined(separator: "\n") }
  }
}

/// `Process` is used here from its creation and from its own handlers only.
private final class UncheckedProcess: @unchecked Sendable {
  let process: Process
  init(_ process: Process) { self.process = process }
}

/// Bytes in, whole lines out. Called from one handler at a time.
private final class LineSplitter: @unchecked Sendable {
  private var rest = Data()
  private let take: @Sendable (String) -> Void

  init(take: @escaping @Sendable (String) -> Void) {
    self.take = take
  }

  func add(_ data: Data) {
    rest.append(data)
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      take(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
      rest = Data(rest[rest.index(after: end)...])
    }
  }
}
