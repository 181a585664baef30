import Curl
import TestSupport
import Testing

/// The pauses are part of what is tested: a peer that is slow by the clock.
@Suite(.timeLimit(.minutes(1))) struct CurlClientTimeoutTests {
  let client: CurlClient
  private static let idle = Duration.seconds(2)
  private static let almostIdle = Duration.milliseconds(1600)

  init() throws { client = try CurlClient() }

  @Test func `a byte before each timeout keeps an answer alive`() async throws {
    let peer = try ScriptedPeer { _ in
      [
        .readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        .dribble(Array("hello".utf8), every: Self.almostIdle),
      ]
    }
    var request = peer.post()
    request.idleTimeout = Self.idle
    let start = ContinuousClock.now
    #expect(try await client.execute(request).body == Array("hello".utf8))
    #expect(ContinuousClock.now - start >= Self.almostIdle * 5)
  }

  @Test func `an interim answer before each timeout keeps a wait alive`() async throws {
    let wait: [ScriptedPeer.Step] = [.pause(Self.almostIdle), .send(Answer.processing)]
    let peer = try ScriptedPeer { _ in
      [.readRequest] + Array(repeating: wait, count: 5).flatMap(\.self) + [.send(Answer.ok)]
    }
    var request = peer.post()
    request.idleTimeout = Self.idle
    #expect(try await client.execute(request).status == 200)
  }

  @Test func `a peer that takes the body slowly is not silent`() async throws {
    let body = [UInt8](repeating: 1, count: 16 << 20)
    let bite: [ScriptedPeer.Step] = [.pause(Self.idle / 2), .readBytes(2 << 20)]
    let peer = try ScriptedPeer(receiveBuffer: 64 << 10) { _ in
      Array(repeating: bite, count: 5).flatMap(\.self) + [.readBytes(5 << 20), .send(Answer.ok)]
    }
    var request = peer.post(body)
    request.idleTimeout = Self.idle
    #expect(try await client.execute(request).status == 200)
  }

  @Test func `a peer that stops taking the body is silent`() async throws {
    let peer = try ScriptedPeer(receiveBuffer: 64 << 10) { _ in [.readHead, .pause(.seconds(20))] }
    try await expectIdleTimeout(peer, body: [UInt8](repeating: 1, count: 16 << 20), silentAfter: .zero)
  }

  @Test(
    arguments: [
      [], [.readRequest], [.readRequest, .send(Answer.processing)],
      [.readRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")],
    ] as [[ScriptedPeer.Step]])
  func `silence is cut within a second of the limit`(steps: [ScriptedPeer.Step]) async throws {
    let peer = try ScriptedPeer { _ in steps + [.pause(.seconds(20))] }
    try await expectIdleTimeout(peer, body: [1, 2, 3], silentAfter: .zero)
  }

  @Test func `silence counts from the last byte`() async throws {
    let peer = try ScriptedPeer { _ in
      [.readRequest, .pause(Self.idle / 2), .send(Answer.processing), .pause(.seconds(20))]
    }
    try await expectIdleTimeout(peer, body: [], silentAfter: Self.idle / 2)
  }

  private func expectIdleTimeout(_ peer: ScriptedPeer, body: [UInt8], silentAfter: Duration) async throws {
    var request = peer.post(body)
    request.idleTimeout = Self.idle
    let (error, took) = try await client.timedFailure(of: request)
    #expect(error.code == .idleTimeout, "\(error)")
    #expect(took >= silentAfter + Self.idle && took < silentAfter + Self.idle + .seconds(1), "\(took)")
  }

  @Test func `a connection that does not come about has a limit of its own`() async throws {
    let peer = try ScriptedPeer.unreachable()
    var request = peer.post()
    request.connectTimeout = .milliseconds(700)
    request.idleTimeout = .milliseconds(100)
    let (error, took) = try await client.timedFailure(of: request)
    #expect(error.code == .connectTimeout, "\(error)")
    #expect(took >= .milliseconds(690) && took < .milliseconds(1700), "\(took)")
  }

  @Test func `the total time has a limit however lively the peer is`() async throws {
    let peer = try ScriptedPeer { _ in
      [.readRequest]
        + Array(repeating: [.send(Answer.processing), .pause(.milliseconds(100))], count: 100).flatMap(\.self)
    }
    var request = peer.post()
    request.idleTimeout = Self.idle
    request.totalTimeout = .milliseconds(1500)
    let (error, took) = try await client.timedFailure(of: request)
    #expect(error.code == .totalTimeout, "\(error)")
    #expect(took >= .milliseconds(1500) && took < .milliseconds(2500), "\(took)")
  }

  @Test func `the total time includes connecting`() async throws {
    let peer = try ScriptedPeer.unreachable()
    var request = peer.post()
    request.totalTimeout = .milliseconds(300)
    #expect(try await client.failure(of: request).code == .totalTimeout)
  }

  @Test func `interim answers are not kept`() async throws {
    let interim = "HTTP/1.1 102 Processing\r\nX-A: \(String(repeating: "x", count: 1000))\r\n\r\n"
    let peer = try ScriptedPeer { _ in
      [.readRequest] + Array(repeating: .send(interim), count: 200) + [.send(Answer.ok)]
    }
    #expect(try await client.execute(peer.post()).headers.map(\.name) == ["Content-Length"])
  }
}
