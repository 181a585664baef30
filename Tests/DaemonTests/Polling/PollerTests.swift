import AWS
import Logging
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct PollerTests {
  private static let ok = ScriptedPeer.answer(200)

  /// What each receive brings, in turn; those after the last hang until they are cancelled.
  private static func queue(
    _ receives: [Result<[Message], AWSError>],
    onSettle: @escaping @Sendable (Int) -> ScriptedQueue.Settling = { _ in .success }
  ) -> ScriptedQueue {
    let calls = TestSignal(0)
    return ScriptedQueue(
      onReceive: { _ in
        var call = 0
        calls.update {
          call = $0
          $0 += 1
        }
        if call < receives.count { return ReceivedMessages(messages: try receives[call].get()) }
        _ = try? await TestSignal(false).wait { $0 }
        throw failure(.cancelled)
      }, onSettle: onSettle)
  }

  private static func failure(_ code: AWSError.Code) -> AWSError {
    AWSError(code: code, operation: "ReceiveMessage", message: "no")
  }

  private func fixture(_ address: String, _ queue: ScriptedQueue, isFIFO: Bool = true) throws -> MessageHandlerFixture {
    let longAgo = ContinuousClock.now - .seconds(600)
    var fixture = try MessageHandlerFixture(
      to: address, queue, caution: isFIFO ? ReceivingCaution(start: longAgo, visibilityTimeout: .seconds(300)) : nil)
    fixture.groups = isFIFO ? MessageGroups() : nil
    return fixture
  }

  private func group(_ name: String, _ count: Int) -> [Message] {
    (1...count).map { .sample("\(name)\($0)", group: name) }
  }

  private func ids(_ peer: ScriptedPeer) -> [String] {
    peer.record.requests.compactMap { request in
      request.lines.first { $0.hasPrefix("X-Aws-Sqsd-Msgid: ") }.map { String($0.dropFirst(18)) }
    }
  }

  @Test func `messages of a standard queue are delivered all at once`() async throws {
    let peer = try ScriptedPeer { _ in [.readRequest, .awaitRequests(8), .send(Self.ok)] }
    let queue = Self.queue([.success((0..<8).map { .sample("\($0)") })])
    let fixture = try fixture(peer.url, queue, isFIFO: false)
    try await fixture.poll {
      try await queue.events.wait { $0.deletes.flatMap(\.self).count == 8 }
    }
    #expect(Set(ids(peer)) == Set((0..<8).map { "\($0)" }))
    #expect(fixture.counters.values == Counters.Values(received: 8, delivered: 8, deleted: 8))
    #expect(queue.events.current.attemptIDs.allSatisfy { $0 == nil })
  }

  @Test func `of a group each message comes after the delete of the one before`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Self.ok)] }
    let isOpen = TestSignal(false)
    let queue = Self.queue([.success(group("a", 3))], onSettle: { $0 == 1 ? .hanging(isOpen) : .success })
    let fixture = try fixture(peer.url, queue)
    try await fixture.poll {
      try await queue.events.wait { $0.deletes == [["h-a1"]] }
      #expect(ids(peer) == ["a1"])
      isOpen.update { $0 = true }
      try await queue.events.wait { $0.deletes.count == 3 }
    }
    #expect(ids(peer) == ["a1", "a2", "a3"])
    #expect(queue.events.current.deletes == [["h-a1"], ["h-a2"], ["h-a3"]])
  }

  @Test func `groups do not wait for each other`() async throws {
    let peer = try ScriptedPeer { _ in [.readRequest, .awaitRequests(3), .send(Self.ok), .answerAll(Self.ok)] }
    let queue = Self.queue([.success(group("a", 2) + group("b", 2) + group("c", 1))])
    let fixture = try fixture(peer.url, queue)
    try await fixture.poll { try await queue.events.wait { $0.deletes.flatMap(\.self).count == 5 } }
    for name in ["a", "b"] { #expect(ids(peer).filter { $0.hasPrefix(name) } == ["\(name)1", "\(name)2"]) }
    #expect(Set(ids(peer).prefix(3)) == ["a1", "b1", "c1"])
  }

  @Test func `after a failure the rest of its group goes back at once, and the next receive is for one`() async throws {
    let peer = try ScriptedPeer { _ in
      [.readRequest, .send(Self.ok), .readRequest, .send(ScriptedPeer.answer(500)), .answerAll(Self.ok)]
    }
    let queue = Self.queue([.success(group("a", 4))])
    let fixture = try fixture(peer.url, queue)
    try await fixture.poll {
      try await queue.events.wait { $0.changes.flatMap(\.self).count == 2 }
    }
    #expect(ids(peer) == ["a1", "a2"])
    #expect(queue.events.current.deletes == [["h-a1"]])
    #expect(queue.events.current.changes.flatMap(\.self) == ["h-a3 0", "h-a4 0"])
    #expect(fixture.counters.values == Counters.Values(received: 4, delivered: 1, failed: 1, givenBack: 2, deleted: 1))
    let intake = fixture.intake
    #expect(await intake.nextReceive() == nil)
  }

  @Test func `the receive after a failure is for one`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(ScriptedPeer.answer(500))] }
    // Ten fill the slots, so the next receive comes when they have failed.
    let queue = Self.queue([.success(group("a", 10))])
    let fixture = try fixture(peer.url, queue)
    try await fixture.poll { try await queue.events.wait { $0.receives.count == 2 } }
    #expect(queue.events.current.receives == [10, 1])
    #expect(ids(peer) == ["a1"])
  }

  @Test func `what SQS has not deleted is not followed by the next of its group`() async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Self.ok)] }
    let queue = Self.queue(
      [.success(group("a", 2))], onSettle: { $0 == 1 ? .failing(["h-a1"], senderFault: true) : .success })
    let fixture = try fixture(peer.url, queue)
    try await fixture.poll { try await queue.events.wait { !$0.changes.isEmpty } }
    #expect(ids(peer) == ["a1"])
    #expect(queue.events.current.changes.flatMap(\.self).contains("h-a2 0"))
    #expect(fixture.counters.values.lostDeletes == 1)
  }

  @Test(arguments: [true, false])
  func `what the open receive brings while draining is given back unposted`(isFIFO: Bool) async throws {
    let peer = try ScriptedPeer { _ in [.answerAll(Self.ok)] }
    let draining = TestSignal(false)
    let messages = group("a", 2)
    let queue = ScriptedQueue(onReceive: { _ in
      try await draining.wait { $0 }
      return ReceivedMessages(messages: messages)
    })
    let fixture = try fixture(peer.url, queue, isFIFO: isFIFO)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        await fixture.draining.wait { $0 }
        draining.update { $0 = true }
      }
      try await fixture.poll(drainTimeout: .seconds(30)) { try await queue.events.wait { $0.receives.count == 1 } }
      try await tasks.waitForAll()
    }
    #expect(peer.record.connectionCount == 0)
    #expect(Set(queue.events.current.changes.flatMap(\.self)) == ["h-a1 0", "h-a2 0"])
    #expect(fixture.counters.values == Counters.Values(received: 2, givenBack: 2))
  }

  @Test func `a delivery that outlives the drain is cut off, and its message comes back in a minute`() async throws {
    let peer = try ScriptedPeer { _ in [.readRequest] }
    let queue = Self.queue([.success(group("a", 2))])
    let fixture = try fixture(peer.url, queue)
    try await fixture.poll { try await peer.events.wait { $0.requests.count == 1 } }
    #expect(Set(queue.events.current.changes.flatMap(\.self)) == ["h-a1 60", "h-a2 0"])
    #expect(fixture.counters.values == Counters.Values(received: 2, failed: 1, givenBack: 1))
  }

  @Test func `a receive whose answer may be lost is made again under its name, any other under a new one`()
    async throws
  {
    let peer = try ScriptedPeer { _ in [.answerAll(Self.ok)] }
    let queue = Self.queue([
      .failure(Self.failure(.transport)), .failure(Self.failure(.accessDenied)), .success(group("a", 1)),
    ])
    let fixture = try fixture(peer.url, queue)
    try await fixture.poll { try await queue.events.wait { $0.deletes == [["h-a1"]] } }
    let names = queue.events.current.attemptIDs.prefix(3)
    #expect(names[0] != nil && names[0] == names[1])
    #expect(names[2] != nil && names[2] != names[1])
    #expect(queue.events.current.receives.prefix(3) == [10, 10, 10])
  }

  @Test func `which failures may have handed out messages`() {
    let codes: [AWSError.Code: Bool] = [
      .transport: true, .transient: true, .badAnswer: true, .throttling: false, .accessDenied: false,
      .queueDoesNotExist: false, .cancelled: false, .credentials: false,
    ]
    for (code, mayHave) in codes { #expect(ReceiveAttempt.mayHaveSucceeded(Self.failure(code)) == mayHave) }
    #expect(!ReceiveAttempt.mayHaveSucceeded(CancellationError()))
  }

  @Test(
    arguments: [
      (#"{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:1:d","maxReceiveCount":3}"#, 3),
      (#"{"maxReceiveCount":"5"}"#, 5), (#"{"maxReceiveCount":null}"#, nil), ("{}", nil), ("", nil), ("[1]", nil),
      (#"{"maxReceiveCount":"many"}"#, nil), (#"{"maxReceiveCount":3.5}"#, nil),
    ] as [(String, Int?)])
  func `the redrive policy says how many receives a message has`(policy: String, count: Int?) {
    #expect(RedriveCheck.maxReceiveCount(of: policy) == count)
  }
}
