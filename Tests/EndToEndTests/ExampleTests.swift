import Foundation
import TestSupport
import Testing

/// The jobs of examples/ in the hands of the built worker-server.
@Suite(.timeLimit(.minutes(2)))
struct ExampleTests {
  /// Runs worker-server with a folder that is the job's `UPLOADS`.
  private func withJob(
    _ arguments: [String], _ body: (_ address: String, _ folder: URL, RunningProgram) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "beanpole-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "a-folder"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await withWorkerServer(arguments, environment: ["UPLOADS": folder.path]) { address, server in
      try await body(address, folder, server)
    }
  }

  private func post(
    _ body: String, to address: String, _ path: String = "/queue", _ headers: [String: String] = [:]
  ) async throws -> RawAnswer {
    let client = try RawClient(port: Int(address.split(separator: ":").last ?? "") ?? 0)
    let lines = headers.map { "\($0): \($1)\r\n" }.joined()
    try await client.send(
      "POST \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(lines)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    )
    return try await client.receiveAnswer()
  }

  @Test func `the job in Python succeeds, fails, and says when it is to come back`() async throws {
    let command = "python3 -B \(repositoryFile("examples/python/job.py").path)"
    try await withJob(["--queue-command", command, "--schedule-command", command]) { address, folder, server in
      try Data("hello\n".utf8).write(to: folder.appending(path: "a.txt"))
      let sums = folder.appending(path: "a.txt.sha256")
      for _ in 1...2 {
        let done = try await post(
          #"{"job":"checksum","file":"a.txt"}"#, to: address, "/queue", ["X-Aws-Sqsd-Msgid": "one-id"])
        #expect(done.status == 200)
      }
      #expect(
        try String(contentsOf: sums, encoding: .utf8)
          == "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  a.txt\n")
      _ = try await server.line(containing: "message one-id: checksum of a.txt")

      let notYet = try await post(#"{"job":"checksum","file":"b.txt"}"#, to: address)
      #expect(notYet.status == 500)
      #expect(notYet.header("Retry-After") == "30")

      let failed = try await post(#"{"job":"checksum","file":"a-folder"}"#, to: address)
      #expect(failed.status == 500)
      #expect(failed.header("Retry-After") == nil)
      _ = try await server.line { $0.contains("job output") && $0.contains("IsADirectoryError") }
      for body in ["", "[]", "{}", #"{"job":"unknown","file":"a.txt"}"#] {
        #expect(try await post(body, to: address).status == 500)
      }
      try await server.wait(for: 4, linesWhere: { $0.contains("job.exit=65") })
      #expect(server.events.current.lines.filter { $0.contains("job.exit=65") }.count == 4)

      try FileManager.default.removeItem(at: folder.appending(path: "a.txt"))
      let swept = try await post("", to: address, "/schedule", ["X-Aws-Sqsd-Taskname": "sweep"])
      #expect(swept.status == 200)
      #expect(!FileManager.default.fileExists(atPath: sums.path))
      let unknown = try await post("", to: address, "/schedule", ["X-Aws-Sqsd-Taskname": "unknown"])
      #expect(unknown.status == 500)
    }
  }

  @Test func `the job in shell succeeds, fails, and says when it is to come back`() async throws {
    try await withJob(["--queue-command", repositoryFile("examples/shell/job").path]) { address, folder, server in
      try Data("hello\n".utf8).write(to: folder.appending(path: "a.txt"))
      for _ in 1...2 { #expect(try await post("a.txt", to: address).status == 200) }
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "a.txt.gz").path))
      _ = try await server.line(containing: "a.txt is compressed already")

      let notYet = try await post("b.txt", to: address)
      #expect(notYet.status == 500)
      #expect(notYet.header("Retry-After") == "30")

      let failed = try await post("a-folder", to: address)
      #expect(failed.status == 500)
      #expect(failed.header("Retry-After") == nil)
      for body in ["", "../a.txt", "-c", "a.txt; id", "a.txt\nb.txt"] {
        #expect(try await post(body, to: address).status == 500)
      }
      try await server.wait(for: 5, linesWhere: { $0.contains("job.exit=65") })
      #expect(server.events.current.lines.filter { $0.contains("job.exit=65") }.count == 5)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(Set(left) == ["a-folder", "a.txt", "a.txt.gz"])
    }
  }
}
