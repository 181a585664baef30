import TestSupport
import Testing

@testable import FastCGI

@Suite(.timeLimit(.minutes(1))) struct KeptConnectionTests {
  private static let answering: [ScriptedPeer.Step] = [.readHead, .sendBytes(Records.ok)]

  @Test func `requests in turn share a connection`() async throws {
    let peer = try ScriptedPeer { _ in (0..<5).flatMap { _ in Self.answering } }
    let client = peer.client()
    var reused: [Bool] = []
    for _ in 0..<5 { reused.append(try await client.run(.scripted()).connectionWasReused) }
    #expect(reused == [false, true, true, true, true])
    #expect(peer.record.connectionCount == 1)
  }

  @Test func `no more connections are kept than are asked for`() async throws {
    let peer = try ScriptedPeer { _ in [.readHead, .awaitRequests(3), .sendBytes(Records.ok)] }
    let client = peer.client(kept: 1)
    try await withThrowingTaskGroup { group in
      for _ in 0..<3 { group.addTask { _ = try await client.run(.scripted()) } }
      try await group.waitForAll()
    }
    try await peer.events.wait { $0.closedByClient == 2 }
    #expect(peer.record.connectionCount == 3)
  }

  @Test func `a kept connection that the application closed is replaced without a word`() async throws {
    let peer = try ScriptedPeer { _ in Self.answering + [.close] }
    let client = peer.client()
    for count in 1...5 {
      #expect(try await client.run(.scripted()).status == 200)
      try await peer.events.wait { $0.closedByScript == count }
    }
    #expect(peer.record.connectionCount == 5 && peer.record.requests.count == 5)
  }

  @Test(arguments: [ScriptedPeer.Step.close, .reset])
  func `a kept connection that closes as it is written to is replaced once`(end: ScriptedPeer.Step) async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? Self.answering + [.readHead, end] : Self.answering + Self.answering
    }
    let client = peer.client { $0.staleConnectionShowsWithin = .seconds(600) }
    for _ in 0..<3 { #expect(try await client.run(.scripted()).status == 200) }
    #expect(peer.record.connectionCount == 2 && peer.record.requests.count == 4)
  }

  @Test func `a new connection that closes too is an error`() async throws {
    let peer = try ScriptedPeer { number in number == 0 ? Self.answering + [.readHead, .close] : [.readHead, .close] }
    let client = peer.client { $0.staleConnectionShowsWithin = .seconds(600) }
    _ = try await client.run(.scripted())
    let error = try await client.failure()
    #expect(error.code == .closedBeforeAnswer && !error.connectionWasReused)
    #expect(peer.record.requests.count == 3)
  }

  @Test func `a kept connection that closes later is an error, because the request may have run`() async throws {
    let peer = try ScriptedPeer { _ in Self.answering + [.readHead, .close] }
    let client = peer.client { $0.staleConnectionShowsWithin = .zero }
    _ = try await client.run(.scripted())
    let error = try await client.failure()
    #expect(error.code == .closedBeforeAnswer && error.connectionWasReused)
    #expect(peer.record.connectionCount == 1)
  }

  @Test(arguments: [Array(Records.ok.prefix(1)), Records.errorOutput("dying")])
  func `a kept connection that has begun to answer is not replaced`(bytes: [UInt8]) async throws {
    let peer = try ScriptedPeer { _ in Self.answering + [.readHead, .sendBytes(bytes), .close] }
    let client = peer.client { $0.staleConnectionShowsWithin = .seconds(600) }
    _ = try await client.run(.scripted())
    #expect(try await client.failure().code == .partialAnswer)
    #expect(peer.record.connectionCount == 1)
  }

  @Test(
    arguments: [Duration.zero, .milliseconds(5)], [Records.errorOutput("?"), Records.end(), [1], [0], [0x48, 0x54]])
  func `what comes behind an answer closes the connection, and leaves the answer as it is`(
    after pause: Duration, bytes: [UInt8]
  ) async throws {
    let more: [ScriptedPeer.Step] =
      pause == .zero
      ? [.readHead, .sendBytes(Records.ok + bytes)] : Self.answering + [.pause(pause), .sendBytes(bytes)]
    let peer = try ScriptedPeer { number in number == 0 ? more : Self.answering }
    let client = peer.client()
    #expect(try await client.run(.scripted()).status == 200)
    try await peer.events.wait { $0.closedByClient == 1 }
    #expect(try await client.run(.scripted()).connectionWasReused == false)
  }

  @Test func `an end with padding leaves the connection usable, unless the padding comes late`() async throws {
    let answer = Records.output("X: y\r\n\r\n") + Records.end(padding: 200)
    let peer = try ScriptedPeer { number in
      number == 0 ? [.readHead, .sendBytes(answer), .readHead, .sendBytes(answer.dropLast(100))] : Self.answering
    }
    let client = peer.client()
    for reused in [false, true, false] {
      #expect(try await client.run(.scripted()).connectionWasReused == reused)
    }
  }

  @Test func `a kept connection without work is closed after its time`() async throws {
    let peer = try ScriptedPeer { _ in Self.answering }
    let client = peer.client { $0.idleTime = .milliseconds(5) }
    _ = try await client.run(.scripted())
    try await peer.events.wait { $0.closedByClient == 1 }
  }

  @Test func `a kept connection gives way to a new one that is not accepted`() async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? [.readHead, .awaitRequests(2), .sendBytes(Records.ok)] : [.readHead]
    }
    let client = peer.client { $0.acceptTime = .milliseconds(5) }
    try await withThrowingTaskGroup { group in
      for _ in 0..<2 { group.addTask { _ = try await client.run(.scripted()) } }
      try await peer.events.wait { $0.closedByClient == 1 }
      #expect(peer.record.connectionCount == 2)
      group.cancelAll()
      while await group.nextResult() != nil {}
    }
  }

  @Test func `a closed client keeps no connection`() async throws {
    let peer = try ScriptedPeer { _ in Self.answering }
    var client: FastCGIClient? = peer.client()
    _ = try await client?.run(.scripted())
    client?.close()
    try await peer.events.wait { $0.closedByClient == 1 }
    _ = try await client?.run(.scripted())
    try await peer.events.wait { $0.closedByClient == 2 }
    client = peer.client()
    _ = try await client?.run(.scripted())
    client = nil
    try await peer.events.wait { $0.closedByClient == 3 }
  }
}
