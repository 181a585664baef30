import Curl
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConnectOnlyTests {
  let client: CurlClient

  init() throws { client = try CurlClient() }

  private func connect(to peer: ScriptedPeer) -> CurlRequest {
    var request = peer.get
    request.connectOnly = true
    return request
  }

  @Test func `it connects, sends not a byte, and closes`() async throws {
    let peer = try ScriptedPeer { _ in [.readBytes(1), .close] }
    let answer = try await client.execute(connect(to: peer))
    #expect(answer.status == 0)
    #expect(answer.body.isEmpty)
    try await peer.events.wait { $0.closedByClient == 1 }
    #expect(peer.record.closedByScript == 0)
  }

  @Test func `neither its connection nor its handle serves a later request`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Answer.ok)] }
    for _ in 0..<2 {
      #expect(try await client.execute(connect(to: peer)).status == 0)
      let answer = try await client.execute(peer.post())
      #expect(answer.status == 200)
    }
    // The second POST takes the connection of the first, which was there before.
    #expect(peer.record.requests.map(\.connection) == [1, 1])
    try await peer.events.wait { $0.connectionCount == 3 }
  }

  @Test(arguments: [false, true])
  func `it never takes a kept connection, which would prove nothing`(isFresh: Bool) async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? [.answerAll(Answer.ok)] : [.readBytes(1), .close]
    }
    _ = try await client.execute(peer.get)
    var request = connect(to: peer)
    request.freshConnection = isFresh
    #expect(try await !client.execute(request).connectionWasReused)
    try await peer.events.wait { $0.connectionCount == 2 && $0.closedByClient == 1 }
    #expect(peer.record.requests.count == 1)
  }

  @Test func `a refused connection fails like any other`() async throws {
    let peer = try ScriptedPeer { _ in [] }
    let request = connect(to: peer)
    peer.stop()
    let error = try await client.failure(of: request)
    #expect(error.code == .connectionFailed)
    #expect(error.message == "Connection refused at 127.0.0.1:\(peer.port)")
  }

  @Test func `a peer that never accepts ends it at the connect timeout`() async throws {
    let peer = try ScriptedPeer.unreachable()
    var request = connect(to: peer)
    request.connectTimeout = .milliseconds(50)
    #expect(try await client.failure(of: request).code == .connectTimeout)
  }

  @Test func `a Unix socket can be connected to, and one that is not there cannot`() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "c-\(UInt32.random(in: 0 ... .max)).sock").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var request = CurlRequest(method: "GET", url: "http://localhost/", unixSocketPath: path)
    request.connectOnly = true
    #expect(try await client.failure(of: request).code == .connectionFailed)
    let peer = try ScriptedPeer(at: .unix(path: path)) { _ in [.readBytes(1), .close] }
    #expect(try await client.execute(request).status == 0)
    try await peer.events.wait { $0.closedByClient == 1 }
  }

  @Test func `a TLS address needs more than a connection`() async throws {
    let peer = try ScriptedPeer { _ in [.readBytes(1), .send("HTTP/1.1 400 Bad Request\r\n\r\n"), .close] }
    var request = CurlRequest(method: "GET", url: "https://127.0.0.1:\(peer.port)/")
    request.connectOnly = true
    #expect(try await client.failure(of: request).code == .tlsFailed)
  }

  @Test func `many at once are as many connections, and each is closed`() async throws {
    let peer = try ScriptedPeer { _ in [.readBytes(1), .close] }
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 { group.addTask { try await client.execute(connect(to: peer)).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 0, count: 50))
    try await peer.events.wait { $0.closedByClient == 50 }
    #expect(peer.record.closedByScript == 0)
  }
}
