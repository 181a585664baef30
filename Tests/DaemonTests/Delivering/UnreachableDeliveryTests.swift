import AWS
import Curl
import Foundation
import Logging
import TestSupport
import Testing

@testable import Daemon

/// Deliveries to an application that cannot be reached: a Unix socket that appears later, or never.
@Suite(.timeLimit(.minutes(1)))
struct UnreachableDeliveryTests {
  private let path = DeliveryFixture.socketPath()
  private let fixture: DeliveryFixture

  init() throws { fixture = try DeliveryFixture(to: "unix:\(path)") }

  private func whileUnreachable(
    _ count: Int, _ body: () async throws -> Void
  ) async throws -> [String] {
    try await withThrowingTaskGroup(of: String.self) { tasks in
      for id in 0..<count { tasks.addTask { await fixture.deliver(.sample("\(id)")).summary } }
      try await fixture.log.events.wait { $0.contains { $0.level == .warning } }
      #expect(fixture.gate.isUnreachable)
      try await body()
      return try await tasks.reduce(into: []) { $0.append($1) }
    }
  }

  @Test func `messages wait, and each is POSTed once when the application is there`() async throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let peer = TestSignal<ScriptedPeer?>(nil)
    let summaries = try await whileUnreachable(10) {
      let started = try ScriptedPeer(at: .unix(path: path)) { _ in [.answerAll(ScriptedPeer.answer(200))] }
      peer.update { $0 = started }
      fixture.gate.probed(fault: nil)
      // Those that found nobody only after this are let in by the next look.
      try await keepProbing(until: started)
    }
    #expect(summaries == Array(repeating: "200", count: 10))
    #expect(Set(peer.current?.record.requests.map(\.text) ?? []).count == 10)
    #expect(peer.current?.record.requests.count == 10)
  }

  private func keepProbing(until peer: ScriptedPeer) async throws {
    while peer.record.requests.count < 10 {
      fixture.gate.probed(fault: nil)
      await Task.yield()
    }
  }

  @Test func `a message is given back when its patience is over`() async throws {
    var fixture = fixture
    fixture.delivery.patience = .milliseconds(20)
    #expect(await fixture.deliver().summary == "unreachable")
    #expect(fixture.gate.isUnreachable)
  }

  @Test func `the patience is for all attempts together, however often the application seems to be back`() async throws
  {
    var fixture = fixture
    fixture.delivery.patience = .milliseconds(100)
    let (delivering, gate) = (fixture, fixture.gate)
    try await withThrowingTaskGroup(of: String?.self) { tasks in
      tasks.addTask { await delivering.deliver().summary }
      tasks.addTask {
        while !Task.isCancelled {
          gate.probed(fault: nil)
          await Task.yield()
        }
        return nil
      }
      let first = try await tasks.next()
      #expect(first == .some("unreachable"))
      tasks.cancelAll()
    }
    // It was tried more than once.
    #expect(fixture.log.messages(at: .warning).count > 1)
  }

  @Test func `messages are given back at once when the drain begins`() async throws {
    let summaries = try await whileUnreachable(5) { fixture.gate.drain() }
    #expect(summaries == Array(repeating: "unreachable", count: 5))
  }

  @Test func `the answer that comes in the end is the outcome, a failure too`() async throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let peer = TestSignal<ScriptedPeer?>(nil)
    let summaries = try await whileUnreachable(1) {
      let started = try ScriptedPeer(at: .unix(path: path)) { _ in [.answerAll(ScriptedPeer.answer(500))] }
      peer.update { $0 = started }
      fixture.gate.probed(fault: nil)
    }
    #expect(summaries == ["500"])
    #expect(peer.current?.record.requests.count == 1)
    #expect(fixture.gate.complaint == nil)
  }

  @Test func `a message that cannot be sent says nothing about itself: the circuit opens at the first`() async throws {
    var fixture = fixture
    fixture.delivery.patience = .zero
    #expect(await fixture.deliver(.sample("a")).summary == "unreachable")
    #expect(await fixture.deliver(.sample("b")).summary == "unreachable")
    #expect(fixture.log.messages(at: .warning) == ["application cannot be reached, receiving paused"])
  }
}
