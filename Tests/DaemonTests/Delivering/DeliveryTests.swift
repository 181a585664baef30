import AWS
import Curl
import Foundation
import Logging
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct DeliveryTests {
  private static let ok = ScriptedPeer.answer(200)

  @Test func `a message is one POST with its body, and a success is its status`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Self.ok)] }
    let fixture = try DeliveryFixture(to: peer.url)
    #expect(await fixture.deliver().summary == "200")
    #expect(peer.record.requests.map(\.body) == [Array("body of m".utf8)])
    #expect(peer.record.requests.first?.lines.contains("X-Aws-Sqsd-Msgid: m") == true)
    #expect(peer.record.requests.first?.lines.contains("X-Aws-Sqsd-Queue: jobs") == true)
  }

  @Test(
    arguments: [
      (503, "Retry-After: 17\r\n", "503 after 17 s"), (500, "retry-after: 0\r\n", "500 after 0 s"),
      (500, "Retry-After: soon\r\n", "500"), (302, "Location: /login\r\n", "302 to /login"),
      (404, "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n", "404 after 0 s"),
      (200, "Retry-After: 17\r\nLocation: /x\r\n", "200"),
    ])
  func `of a failed answer Retry-After and Location are read, and no redirect is followed`(
    status: Int, headers: String, summary: String
  ) async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(ScriptedPeer.answer(status, headers))] }
    #expect(try await DeliveryFixture(to: peer.url).deliver().summary == summary)
    #expect(peer.record.requests.count == 1)
  }

  @Test func `a path that is none is never sent`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Self.ok)] }
    var message = Message.sample("m")
    message.attributes = [
      .init(name: "beanstalk.sqsd.path", dataType: "String", value: .string("//evil/")),
      .init(name: "beanstalk.sqsd.task_name", dataType: "String", value: .string("n")),
    ]
    #expect(try await DeliveryFixture(to: peer.url).deliver(message).summary == "invalid")
    #expect(peer.record.connectionCount == 0)
  }

  @Test func `silence is no answer, and nothing is sent again`() async throws {
    let peer = try ScriptedPeer { _ in [.readRequest] }
    #expect(
      try await DeliveryFixture(to: peer.url, inactivityTimeout: .milliseconds(100)).deliver().summary == "silent")
    #expect(peer.record.requests.count == 1)
  }

  @Test func `a cancelled delivery is cut off`() async throws {
    let peer = try ScriptedPeer { _ in [.readRequest] }
    let fixture = try DeliveryFixture(to: peer.url)
    try await withThrowingTaskGroup(of: String.self) { tasks in
      tasks.addTask { await fixture.deliver().summary }
      try await peer.events.wait { $0.requests.count == 1 }
      tasks.cancelAll()
      let first = try await tasks.next()
      #expect(first == "cut off")
    }
    #expect(fixture.gate.complaint == nil)
  }

  @Test func `five different messages whose connections break open the circuit, one of them five times does not`()
    async throws
  {
    let peer = try ScriptedPeer { _ in [.readRequest, .close] }
    let fixture = try DeliveryFixture(to: peer.url)
    for _ in 0..<5 { #expect(await fixture.deliver().summary == "broken") }
    #expect(fixture.gate.complaint == nil)
    for id in 0..<4 { #expect(await fixture.deliver(.sample("\(id)")).summary == "broken") }
    #expect(fixture.gate.complaint?.contains("refuses messages") == true)
    #expect(!fixture.gate.isUnreachable)
  }

  // MARK: A kept connection that turns out to be closed

  @Test(arguments: [ScriptedPeer.Step.close, .reset])
  func `on a kept connection that ends without a byte the POST is repeated once, on a new one`(
    end: ScriptedPeer.Step
  ) async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? [.readRequest, .send(Self.ok), .readRequest, end] : [.answerAll(Self.ok)]
    }
    let fixture = try DeliveryFixture(to: peer.url)
    #expect(await fixture.deliver(.sample("1")).summary == "200")
    #expect(await fixture.deliver(.sample("2")).summary == "200")
    #expect(peer.record.requests.map(\.connection) == [0, 0, 1])
    #expect(peer.record.requests[1].bytes == peer.record.requests[2].bytes)
  }

  @Test func `the new one is new, even if other kept ones are there`() async throws {
    let peer = try ScriptedPeer { number in
      number < 4
        ? [.readRequest, .awaitRequests(4), .send(Self.ok), .readRequest, .close] : [.answerAll(Self.ok)]
    }
    let fixture = try DeliveryFixture(to: peer.url)
    await withTaskGroup(of: String.self) { tasks in
      for id in 0..<4 { tasks.addTask { await fixture.deliver(.sample("\(id)")).summary } }
      for await summary in tasks { #expect(summary == "200") }
    }
    #expect(await fixture.deliver(.sample("4")).summary == "200")
    #expect(peer.record.connectionCount == 5)
    #expect(peer.record.requests.count == 6)
    #expect(peer.record.requests.last?.connection == 4)
  }

  @Test func `it is repeated once, not twice`() async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? [.readRequest, .send(Self.ok), .readRequest, .close] : [.readRequest, .close]
    }
    let fixture = try DeliveryFixture(to: peer.url)
    _ = await fixture.deliver(.sample("1"))
    #expect(await fixture.deliver(.sample("2")).summary == "broken")
    #expect(peer.record.requests.map(\.connection) == [0, 0, 1])
  }

  @Test func `it is not repeated if an answer had begun, be it an interim one`() async throws {
    for begun in ["HTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 200 OK\r\n"] {
      let peer = try ScriptedPeer { number in
        number == 0 ? [.readRequest, .send(Self.ok), .readRequest, .send(begun), .close] : [.answerAll(Self.ok)]
      }
      let fixture = try DeliveryFixture(to: peer.url)
      _ = await fixture.deliver(.sample("1"))
      #expect(await fixture.deliver(.sample("2")).summary == "broken")
      #expect(peer.record.requests.count == 2)
    }
  }

  @Test func `it is not repeated on a connection that was new`() async throws {
    let peer = try ScriptedPeer { number in number == 0 ? [.readRequest, .close] : [.answerAll(Self.ok)] }
    #expect(try await DeliveryFixture(to: peer.url).deliver().summary == "broken")
    #expect(peer.record.requests.count == 1)
  }

  @Test func `it is not repeated if the connection ended only later, for the application had it then`() async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? [.readRequest, .send(Self.ok), .readRequest, .close] : [.answerAll(Self.ok)]
    }
    var fixture = try DeliveryFixture(to: peer.url)
    fixture.delivery.staleConnectionShowsWithin = .zero
    _ = await fixture.deliver(.sample("1"))
    #expect(await fixture.deliver(.sample("2")).summary == "broken")
    #expect(peer.record.requests.count == 2)
  }

  @Test func `it is not repeated after silence`() async throws {
    let peer = try ScriptedPeer { number in
      number == 0 ? [.readRequest, .send(Self.ok), .readRequest] : [.answerAll(Self.ok)]
    }
    let fixture = try DeliveryFixture(to: peer.url, inactivityTimeout: .milliseconds(100))
    _ = await fixture.deliver(.sample("1"))
    #expect(await fixture.deliver(.sample("2")).summary == "silent")
    #expect(peer.record.requests.count == 2)
  }
}
