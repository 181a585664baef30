import Foundation
import TestSupport
import Testing

/// The built worker-server, on a port of its own.
struct WorkerProgram {
  let program: RunningProgram
  let port: Int

  /// `wrapper` is a command line that the program's own is put behind.
  init(_ arguments: [String], wrapper: [String] = []) async throws {
    let own = [RunningProgram.directory.appending(path: "worker-server").path] + arguments
    let words = wrapper + own + ["--address", "127.0.0.1:0", "--log-format", "text"]
    program = try RunningProgram(executable: URL(filePath: words[0]), Array(words.dropFirst()), environment: [:])
    let line = try await program.line(containing: " listening ")
    let address = try #require(line.split(separator: " ").first { $0.hasPrefix("address=") })
    port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
  }

  func connect() throws -> RawClient { try RawClient(port: port) }

  /// How many log lines hold all of these words.
  func count(_ words: String...) -> Int { Self.count(words, in: program.events.current.lines) }

  /// Waits until so many log lines hold the words.
  func wait(for count: Int, linesWith words: String...) async throws {
    try await program.events.wait { $0.end != nil || Self.count(words, in: $0.lines) >= count }
  }

  private static func count(_ words: [String], in lines: [String]) -> Int {
    lines.count { line in words.allSatisfy { line.contains($0) } }
  }

  /// The most memory it had resident so far, in bytes.
  func memoryPeak() throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(program.processID)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * 1024
  }

  /// A request on a connection of its own: what must work after everything that was done to the program.
  func expectToRunJob(_ sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let client = try connect()
    try await client.send(Self.post([0x78]))
    #expect(try await client.receiveAnswer().status == 200, sourceLocation: sourceLocation)
  }

  static func post(_ body: [UInt8], messageID: String = "good") -> [UInt8] {
    Array(
      "POST /queue HTTP/1.1\r\nHost: a\r\nX-Aws-Sqsd-Msgid: \(messageID)\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
      + body
  }
}
