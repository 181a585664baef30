import Foundation
import Settings
import TestSupport
import Testing

@testable import Server

/// The built program, as a process.
@Suite(.timeLimit(.minutes(1)))
struct ServerCommandTests {
  /// Starts the program on a free port; returns it with its address once it listens.
  private func start(_ arguments: [String]) async throws -> (program: RunningProgram, address: String) {
    let program = try RunningProgram(
      "worker-server", ["--address", "127.0.0.1:0", "--log-format", "text"] + arguments)
    let line = try await program.line(containing: " listening ")
    let address = try #require(line.split(separator: " ").first { $0.hasPrefix("address=") })
    return (program, String(address.dropFirst(8)))
  }

  private func post(_ address: String) async throws -> [String] {
    try await JobProbe().sh("curl -sS -i --max-time 30 -d x http://\(address)/queue 2>&1 | tr -d '\\r'").lines.map(
      \.text)
  }

  /// Runs a command line that ends by itself. As a job, because that is over only when all its output is read.
  private func end(of arguments: String) async throws -> JobProbe.Result {
    let path = RunningProgram.directory.appending(path: "worker-server").path
    return try await JobProbe().run(Job(try Command(parsing: "\(path) \(arguments)")))
  }

  @Test func `version and help answer and end with 0`() async throws {
    let version = try await end(of: "--version")
    #expect(version.text() == ["worker-server \(Version.current)"])
    #expect(version.end.succeeded)
    let help = try await end(of: "--help")
    #expect(help.text().contains { $0.contains("--queue-command COMMAND  [WORKER_QUEUE_COMMAND]") })
    #expect(help.end.succeeded)
  }

  @Test func `a wrong command line ends with 64 and says what is wrong`() async throws {
    let result = try await end(of: "--queue-comand x")
    #expect(
      result.text(.stderr) == [
        "worker-server: unknown option --queue-comand, did you mean --queue-command?",
        "worker-server: Try worker-server --help.",
      ])
    #expect(result.end.outcome == .exited(code: 64))
  }

  @Test func `health asks the running server`() async throws {
    let (server, address) = try await start(["--queue-command", "/bin/true"])
    defer { server.stop() }
    let health = try RunningProgram("worker-server", ["health", "--address", address])
    #expect(try await health.end() == 0)
    server.signal(SIGTERM)
    #expect(try await server.end() == 0)
    let gone = try RunningProgram("worker-server", ["health", "--address", address])
    #expect(try await gone.end() == 1)
  }

  @Test func `SIGTERM lets the job end, and the program ends with 0`() async throws {
    let (server, address) = try await start(["--queue-command", "sh -c 'echo up; sleep 0.5'"])
    defer { server.stop() }
    async let answer = post(address)
    _ = try await server.line(containing: "line=up")
    server.signal(SIGTERM)
    #expect(try await answer.first == "HTTP/1.1 200 OK")
    #expect(try await server.end() == 0)
  }

  @Test func `a job that must be stopped makes the exit status 1`() async throws {
    let (server, address) = try await start(
      ["--queue-command", "sh -c 'echo up; exec sleep 60'", "--grace", "1", "--kill-after", "1"])
    defer { server.stop() }
    async let answer = post(address)
    _ = try await server.line(containing: "line=up")
    server.signal(SIGINT)
    #expect(try await answer.last?.hasPrefix(#"{"signal":"SIGTERM","stopped":"shutdown""#) == true)
    #expect(try await server.end() == 1)
  }

  @Test func `a second signal kills jobs and their children and ends at once`() async throws {
    let (server, address) = try await start(
      ["--queue-command", #"sh -c "trap '' TERM; sleep 60 & echo child \$!; wait""#])
    defer { server.stop() }
    async let answer = post(address)
    let line = try await server.line(containing: "line=\"child ")
    let child = try #require(
      processID(line.split(separator: "\"").first { $0.hasPrefix("child ") }.map { String($0.dropFirst(6)) }))
    server.signal(SIGTERM)
    _ = try await server.line(containing: " draining ")
    server.signal(SIGTERM)
    #expect(try await server.end() == 1)
    #expect(await isGone(child))
    #expect(try await answer.first?.contains("HTTP/1.1 200") == false)
  }
}
