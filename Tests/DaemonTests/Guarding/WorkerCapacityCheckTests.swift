import Curl
import Logging
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct WorkerCapacityCheckTests {
  private let log = CapturedLog()

  /// What is said about an application that answers its health like this.
  private func notes(_ body: String, status: Int = 200, connections: Int = 50) async throws -> [String] {
    let answer = "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    let peer = try ScriptedPeer { _ in [.answerAll(answer)] }
    await check(peer.url, connections)
    #expect(peer.record.requests.map { $0.lines.first } == ["GET /health HTTP/1.1"])
    return log.events.current.map { $0.metadata["note"]?.description ?? "" }
  }

  private func check(_ url: String, _ connections: Int) async {
    guard let client = try? CurlClient(), let address = try? ApplicationAddress(parsing: url) else { return }
    await WorkerCapacityCheck(
      client: client, address: address, connections: connections, userAgent: "aws-sqsd/3.0", logger: log.logger
    ).run()
  }

  private static let health =
    #"{"status":"ok","running":0,"concurrency":10,"waiting":0,"waitingLimit":5}"#

  @Test func `a worker-server that holds less than sqsd has connections is warned about, with the numbers`()
    async throws
  {
    let notes = try await notes(Self.health, connections: 16)
    #expect(notes.count == 1)
    for part in ["--http-connections is 16", "15 requests", "--concurrency 10", "--waiting 5"] {
      #expect(notes.first?.contains(part) == true, "\(part)")
    }
  }

  @Test func `one that holds as many is not`() async throws {
    #expect(try await notes(Self.health, connections: 15).isEmpty)
  }

  @Test(arguments: ["", "ok", "{}", "[]", #"{"status":"up"}"#, String(repeating: "x", count: 100_000)])
  func `any other application is nothing to be said about`(body: String) async throws {
    #expect(try await notes(body).isEmpty)
  }

  @Test func `neither is one that has no such path, or that is not there`() async throws {
    #expect(try await notes(Self.health, status: 404).isEmpty)
    let peer = try ScriptedPeer { _ in [] }
    peer.stop()
    await check(peer.url, 50)
    #expect(log.events.current.isEmpty)
  }
}
