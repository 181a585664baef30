import Foundation
import Glibc
import TestSupport
import Testing

@testable import FastCGI

@Suite(.timeLimit(.minutes(1))) struct FastCGIFailureTests {
  @Test func `nobody listens`() async throws {
    let peer = try ScriptedPeer { _ in [] }
    let client = peer.client()
    peer.stop()
    let error = try await client.failure()
    #expect(error.code == .connectionFailed && error.errno == ECONNREFUSED && error.hasNotRun)
    let address = "127.0.0.1:\(peer.port)"
    #expect(
      error.message
        == "\(address) cannot be reached (Connection refused). Is php-fpm running, and does it listen on \(address)?")
  }

  @Test func `there is no such socket`() async throws {
    let client = FastCGIClient(address: .unix(path: "/nonexistent/fpm.sock"), maximumConnections: 1)
    let error = try await client.failure()
    #expect(error.code == .connectionFailed && error.errno == ENOENT)
    #expect(error.message.hasSuffix("and does it listen on /nonexistent/fpm.sock?"))
  }

  @Test func `no connection is made within the time for it`() async throws {
    let peer = try ScriptedPeer.unreachable()
    let error = try await peer.client { $0.connectTime = .milliseconds(50) }.failure()
    #expect(error.code == .connectTimeout && error.hasNotRun)
    #expect(error.message.contains("does not take a connection"))
  }

  @Test func `a full backlog of a Unix socket is waited for, and then said`() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "fcgi-\(UUID().uuidString.prefix(8))").path
    let listener = try FullListener(path: path)
    let client = FastCGIClient(address: .unix(path: path), maximumConnections: 1, limits: .patient(.milliseconds(100)))
    let error = try await client.failure()
    #expect(error.code == .connectTimeout && error.errno == EAGAIN)
    #expect(error.message.contains("its backlog is full. Raise pm.max_children"))
    let patient = FastCGIClient(address: .unix(path: path), maximumConnections: 1, limits: .patient(.seconds(30)))
    try await withThrowingTaskGroup { group in
      group.addTask { _ = try await patient.failure() }
      group.addTask { listener.closeWaiting() }
      try await group.waitForAll()
    }
  }

  @Test(arguments: [ScriptedPeer.Step.close, .reset], [0, 1 << 20])
  func `a new connection that closes is one request and one error`(end: ScriptedPeer.Step, size: Int) async throws {
    let peer = try ScriptedPeer { _ in [.readHead, end] }
    let error = try await peer.client().failure(of: .scripted(size))
    #expect(error.code == .closedBeforeAnswer && !error.hasNotRun && !error.connectionWasReused)
    #expect(error.message.contains("closed the connection without an answer. Its log says why"))
    #expect(peer.record.connectionCount == 1)
  }

  @Test func `an answer that is cut off anywhere is an error`() async throws {
    let answer = Records.errorOutput("e") + Records.ok
    let peer = try ScriptedPeer { number in [.readHead, .sendBytes(Array(answer[..<(number + 1)])), .close] }
    let client = peer.client()
    for end in 1..<answer.count { #expect(try await client.failure().code == .partialAnswer, "cut at \(end)") }
  }

  @Test(arguments: [
    (Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), "answers in HTTP"),
    (Records.record(6, [1], requestID: 2), "answered a request 2 that was not made"),
    (Records.end(), "ended its answer before the header was complete"),
    (Records.answer("Status: none\r\n\r\n"), "sent a Status line without a status"),
    (Records.output(String(repeating: "x", count: 65_537)), "sent a header of more than 65536 bytes"),
  ]) func `an answer that is none closes the connection`(bytes: [UInt8], reason: String) async throws {
    let peer = try ScriptedPeer { _ in [.readHead, .sendBytes(bytes)] }
    let client = peer.client()
    let error = try await client.failure()
    #expect(error.code == .badAnswer && error.message.contains(reason), "\(error)")
    #expect(error.message.hasPrefix("127.0.0.1:\(peer.port) "))
  }

  @Test(arguments: 1...4 as ClosedRange<UInt8>) func `an application that refuses has not run`(status: UInt8)
    async throws
  {
    let peer = try ScriptedPeer { _ in [.readHead, .sendBytes(Records.end(protocolStatus: status))] }
    let error = try await peer.client().failure()
    #expect(error.code == .refused && error.hasNotRun)
  }

  @Test func `a parameter that is too long is refused before anything is sent`() async throws {
    let peer = try ScriptedPeer { _ in [] }
    let request = FastCGIRequest(parameters: [("HTTP_X", String(repeating: "x", count: 65_536))])
    #expect(try await peer.client().failure(of: request).code == .invalidRequest)
    #expect(peer.record.connectionCount == 0)
  }

  @Test func `cancelling tells the application and closes the connection`() async throws {
    let peer = try ScriptedPeer { _ in [.readHead, .readBytes(16)] }
    let client = peer.client()
    try await withThrowingTaskGroup { group in
      group.addTask {
        let error = await #expect(throws: FastCGIError.self) { try await client.run(.scripted()) }
        #expect(error?.code == .cancelled)
      }
      try await peer.events.wait { $0.requests.count == 1 }
      group.cancelAll()
      try await group.waitForAll()
    }
    try await peer.events.wait { $0.closedByClient == 1 }
  }

  @Test func `cancelling while connecting ends at once`() async throws {
    let peer = try ScriptedPeer.unreachable()
    let client = peer.client { $0.connectTime = .seconds(600) }
    await withTaskGroup { group in
      group.addTask {
        let error = await #expect(throws: FastCGIError.self) { try await client.run(.scripted()) }
        #expect(error?.code == .cancelled)
      }
      group.cancelAll()
    }
  }

  @Test func `cancelling at any moment ends each call once`() async throws {
    let peer = try ScriptedPeer { _ in (0..<400).flatMap { _ in [.readHead, .sendBytes(Records.ok)] } }
    let client = peer.client()
    var random = SeededRandom(seed: 11)
    var outcomes: Set<String> = []
    for _ in 0..<200 {
      let yields = Int.random(in: 0..<40, using: &random)
      outcomes.formUnion(
        await withTaskGroup(of: String.self) { group in
          for _ in 0..<3 {
            group.addTask {
              do throws(FastCGIError) {
                return "\(try await client.run(.scripted()).status)"
              } catch {
                return error.code.rawValue
              }
            }
          }
          for _ in 0..<yields { await Task.yield() }
          group.cancelAll()
          return await group.reduce(into: Set<String>()) { $0.insert($1) }
        })
    }
    #expect(outcomes.isSubset(of: ["200", "cancelled"]), "\(outcomes)")
    #expect(try await client.run(.scripted()).status == 200)
  }
}

extension FastCGILimits {
  fileprivate static func patient(_ time: Duration) -> FastCGILimits {
    var limits = FastCGILimits()
    limits.connectTime = time
    return limits
  }
}
