import AWS
import Curl
import Foundation
import Logging
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct MessageHandlerTests {
  private func peer(_ status: Int, _ headers: String = "") throws -> ScriptedPeer {
    try ScriptedPeer { _ in [.answerAll(ScriptedPeer.answer(status, headers))] }
  }

  @Test func `a success deletes the message, is counted, and frees its slot`() async throws {
    let peer = try peer(200)
    let fixture = try MessageHandlerFixture(to: peer.url)
    try await fixture.see(.sample("m")) { #expect(await !fixture.handler.deliver($0)) }
    #expect(fixture.queue.events.current.deletes == [["h-m"]])
    #expect(fixture.queue.events.current.changes.isEmpty)
    #expect(fixture.counters.values == Counters.Values(delivered: 1, deleted: 1))
    #expect(fixture.log.aboutMessages == ["message delivered"])
    #expect(await fixture.intake.nextReceive() == 10)
  }

  @Test func `a confirmed success is one that SQS has taken in`() async throws {
    for (settling, isConfirmed) in [
      (ScriptedQueue.Settling.success, true), (.failing(["h-m"], senderFault: true), false),
    ] {
      let peer = try peer(200)
      let fixture = try MessageHandlerFixture(to: peer.url, ScriptedQueue(onSettle: { _ in settling }))
      try await fixture.see(.sample("m")) { held in
        let isDone = await fixture.handler.deliver(held, isConfirmed: true)
        #expect(isDone == isConfirmed)
        #expect(fixture.queue.events.current.deletes == [["h-m"]])
      }
    }
  }

  @Test func `a failure tells SQS nothing, is counted, and frees its slot`() async throws {
    let peer = try peer(500)
    let fixture = try MessageHandlerFixture(to: peer.url)
    try await fixture.see(.sample("m")) { #expect(await !fixture.handler.deliver($0, isConfirmed: true)) }
    #expect(fixture.queue.events.current.deletes.isEmpty && fixture.queue.events.current.changes.isEmpty)
    #expect(fixture.counters.values == Counters.Values(failed: 1))
    #expect(await fixture.intake.nextReceive() == 10)
  }

  @Test func `a failure with Retry-After changes the visibility to that`() async throws {
    let peer = try peer(503, "Retry-After: 17\r\n")
    let fixture = try MessageHandlerFixture(to: peer.url)
    try await fixture.see(.sample("m")) { _ = await fixture.handler.deliver($0) }
    #expect(fixture.queue.events.current.changes == [["h-m 17"]])
    #expect(fixture.counters.values == Counters.Values(failed: 1))
  }

  @Test func `a failure after the heartbeat has extended the message brings it back when it would have come`()
    async throws
  {
    let queue = ScriptedQueue()
    let peer = try ScriptedPeer { _ in [.readHead, .awaitRequests(2), .send(ScriptedPeer.answer(500))] }
    let fixture = try MessageHandlerFixture(to: peer.url, queue, visibilityTimeout: .seconds(2))
    try await fixture.see(.sample("m"), receivedAgo: .seconds(1)) { held in
      await withTaskGroup(of: Void.self) { tasks in
        tasks.addTask { _ = await fixture.handler.deliver(held) }
        _ = try? await queue.events.wait { $0.changes.count == 1 }
        // The peer answers once somebody else has asked it.
        _ = try? await fixture.fixture.client.execute(
          CurlRequest(method: "GET", url: peer.url, totalTimeout: .seconds(9)))
      }
    }
    #expect(queue.events.current.changes.first == ["h-m 2"])
    // A second is left, or what is left of it by now.
    #expect([["h-m 1"], ["h-m 0"]].contains(queue.events.current.changes.last))
    #expect(queue.events.current.deletes.isEmpty)
  }

  @Test func `a message that is too old is deleted without a POST, and counted as neither`() async throws {
    let peer = try peer(200)
    var fixture = try MessageHandlerFixture(to: peer.url)
    fixture.retentionPeriod = .seconds(3600)
    let handler = fixture.handler
    // Sent at 22:59:59 of that day, and it is midnight.
    var message = Message.sample("m")
    message.systemAttributes["SentTimestamp"] = "82799000"
    try await fixture.see(message) { _ = await handler.deliver($0) }
    #expect(peer.record.requests.isEmpty)
    #expect(fixture.queue.events.current.deletes == [["h-m"]])
    #expect(fixture.counters.values == Counters.Values(deleted: 1))
    #expect(fixture.log.aboutMessages == ["message deleted without being delivered"])
  }

  @Test(arguments: ["82800000", "86400000", "99999999999999", "rubbish", nil])
  func `a message that is not too old, or of unknown age, is POSTed`(sentAt: String?) async throws {
    let peer = try peer(200)
    var fixture = try MessageHandlerFixture(to: peer.url)
    fixture.retentionPeriod = .seconds(3600)
    let handler = fixture.handler
    var message = Message.sample("m")
    message.systemAttributes["SentTimestamp"] = sentAt
    try await fixture.see(message) { _ = await handler.deliver($0) }
    #expect(peer.record.requests.count == 1)
  }

  @Test func `what cannot be sent is given back at once and is no failure`() async throws {
    let peer = try peer(200)
    peer.stop()
    let fixture = try MessageHandlerFixture(to: peer.url)
    fixture.fixture.gate.drain()
    try await fixture.see(.sample("m")) { _ = await fixture.handler.deliver($0) }
    #expect(fixture.queue.events.current.changes == [["h-m 0"]])
    #expect(fixture.counters.values == Counters.Values(givenBack: 1))
    #expect(fixture.log.aboutMessages == ["message given back"])
  }

  @Test func `what is given back without a try comes back at once`() async throws {
    let peer = try peer(200)
    let fixture = try MessageHandlerFixture(to: peer.url)
    try await fixture.see(.sample("m")) { await fixture.handler.giveBack($0, because: "draining") }
    #expect(peer.record.connectionCount == 0)
    #expect(fixture.queue.events.current.changes == [["h-m 0"]])
    #expect(fixture.counters.values == Counters.Values(givenBack: 1))
    #expect(fixture.log.events.current.last?.metadata["reason"] == "draining")
    #expect(await fixture.intake.nextReceive() == 10)
  }

  @Test func `a wrong path pauses the queue and is said once`() async throws {
    let peer = try peer(404)
    let fixture = try MessageHandlerFixture(to: peer.url)
    for id in 0..<12 {
      _ = await fixture.handler.deliver(fixture.handler.hold(.sample("\(id)"), receivedAt: .now))
      #expect(fixture.intake.isPathRefused == (id >= 9))
    }
    #expect(fixture.log.messages(at: .error).count == 1)
    #expect(fixture.log.messages(at: .error).first?.hasPrefix("path refused, receiving paused") == true)
    #expect(fixture.counters.values == Counters.Values(failed: 12))
  }
}
