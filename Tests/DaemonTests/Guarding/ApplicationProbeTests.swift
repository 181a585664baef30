import Curl
import Foundation
import Logging
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct ApplicationProbeTests {
  private let client: CurlClient

  init() throws { client = try CurlClient() }

  private func probe(_ address: String, health: String? = nil) throws -> ApplicationProbe {
    ApplicationProbe(
      client: client, address: try ApplicationAddress(parsing: address), healthPath: health.flatMap { RequestPath($0) },
      connectTimeout: .seconds(5), userAgent: "aws-sqsd/3.0")
  }

  private func watch(_ gate: ApplicationGate, _ probe: ApplicationProbe) -> ApplicationWatch {
    ApplicationWatch(
      gate: gate, probe: probe,
      capacityCheck: WorkerCapacityCheck(
        client: client, address: probe.address, connections: 50, userAgent: probe.userAgent,
        logger: CapturedLog().logger))
  }

  @Test func `without a health path a connection is enough, and not a byte is sent over it`() async throws {
    let peer = try ScriptedPeer { _ in [.readBytes(1), .close] }
    let probe = try probe(peer.url)
    for count in 1...3 {
      #expect(await probe.run() == nil)
      try await peer.events.wait { $0.closedByClient == count }
    }
    #expect(peer.record.closedByScript == 0)
    #expect(peer.record.connectionCount == 3)
  }

  @Test(arguments: [nil, "/health"]) func `a refused connection is why it is not there`(health: String?) async throws {
    let peer = try ScriptedPeer { _ in [] }
    let probe = try probe(peer.url, health: health)
    peer.stop()
    #expect(await probe.run() == "Connection refused at 127.0.0.1:\(peer.port)")
  }

  @Test func `a name that is none is why too`() async throws {
    #expect(try await probe("http://application.invalid:80").run() != nil)
  }

  @Test(arguments: [200, 204, 299]) func `a health path that answers with a success is enough`(status: Int) async throws
  {
    let peer = try ScriptedPeer { _ in [.answerAll("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\n\r\n")] }
    #expect(try await probe(peer.url, health: "/up?now").run() == nil)
    #expect(
      peer.record.requests.map(\.lines) == [
        ["GET /up?now HTTP/1.1", "Host: 127.0.0.1:\(peer.port)", "User-Agent: aws-sqsd/3.0"]
      ])
  }

  @Test(arguments: [301, 401, 404, 500, 503])
  func `any other answer is why it is not there`(status: Int) async throws {
    let peer = try ScriptedPeer { _ in
      [.answerAll("HTTP/1.1 \(status) X\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n")]
    }
    #expect(
      try await probe(peer.url, health: "/up").run() == "GET \(peer.url)/up is answered with \(status)")
  }

  @Test func `each look is a connection of its own`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")] }
    let probe = try probe(peer.url, health: "/up")
    for _ in 0..<3 { #expect(await probe.run() == nil) }
    #expect(peer.record.requests.map(\.connection) == [0, 1, 2])
  }

  @Test func `silence is why it is not there`() async throws {
    let peer = try ScriptedPeer { _ in [.readRequest] }
    let usual = try probe(peer.url, health: "/up")
    let probe = ApplicationProbe(
      client: client, address: usual.address, healthPath: usual.healthPath, connectTimeout: .milliseconds(100),
      userAgent: usual.userAgent, answerTimeout: .milliseconds(50))
    #expect(try #require(await probe.run()).contains("127.0.0.1:\(peer.port)"))
  }

  @Test func `a watch finds an application that appears later, and the gate lets messages in`() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "w-\(UInt32.random(in: 0 ... .max)).sock").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let log = CapturedLog()
    let intake = Intake(capacity: 10)
    let gate = ApplicationGate(application: "unix:\(path)", capacity: 10, intakes: [intake], logger: log.logger)
    let watch = watch(gate, try probe("unix:\(path)"))
    try await withServices([watch]) {
      try await log.events.wait { $0.count == 1 }
      #expect(gate.complaint != nil)
      let peer = try ScriptedPeer(at: .unix(path: path)) { _ in [.answerAll(ScriptedPeer.answer(404))] }
      #expect(await intake.nextReceive() == 10)
      #expect(gate.complaint == nil)
      // It is found by one look and asked once what it is; nobody looks any more.
      try await peer.events.wait { $0.closedByClient == 1 }
      #expect(peer.record.requests.map { $0.lines.first } == ["GET /health HTTP/1.1"])
      #expect(peer.record.connectionCount == 2)
    }
    #expect(
      log.events.current.map(\.message) == [
        "waiting for the application, nothing is received before it is there", "application found, receiving",
      ])
  }

  @Test func `a watch looks again each time that the circuit opens`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(ScriptedPeer.answer(404))] }
    let log = CapturedLog()
    let gate = ApplicationGate(application: "a", capacity: 10, intakes: [], logger: log.logger)
    try await withServices([watch(gate, try probe(peer.url))]) {
      for round in 1...3 {
        try await log.events.wait { $0.count == 2 * round - 1 }
        #expect(!gate.isUnreachable)
        gate.posted("w", .answered(status: 200), succeeded: true)
        let gone = CurlError(code: .connectionFailed, message: "refused")
        gate.posted("m", .unreachable(gone), succeeded: false)
      }
      try await log.events.wait { $0.count == 7 }
    }
    #expect(log.messages(at: .warning).count == 3)
    try await peer.events.wait { $0.connectionCount == 5 }
    // What it is was asked the first time only.
    #expect(peer.record.requests.count == 1)
  }

  @Test func `a watch ends while it waits for its pause, and while it probes`() async throws {
    let silent = try ScriptedPeer { _ in [] }
    let gate = ApplicationGate(application: "a", capacity: 10, intakes: [], logger: CapturedLog().logger)
    try await withServices([watch(gate, try probe(silent.url, health: "/up"))]) {
      try await silent.events.wait { $0.connectionCount == 1 }
    }
    // The look that was cut off found nothing out.
    #expect(gate.complaint == "waiting for the application at a")
  }
}
