import Testing

@testable import LocalSQS

/// The receives that wait, as a pure value, at a time that the test decides.
@Suite struct LongPollsTests {
  private var store = QueueStore(seed: 1)
  private var polls = LongPolls()
  private var now = Timestamp(seconds: 1000)

  init() throws {
    try store.create("dead", attributes: [:], now: now)
    let policy = RedrivePolicy(target: "dead", maxReceiveCount: 1).attribute(region: "us-east-1")
    try store.create("jobs", attributes: ["RedrivePolicy": policy, "VisibilityTimeout": "5"], now: now)
    _ = store.takeAwakened()
  }

  private mutating func send(_ body: String, delay: Int? = nil) throws {
    let now = now
    try store.update("jobs") { (queue: inout Queue) throws(SQSError) in
      _ = try queue.send(OutgoingMessage(body: body, delay: delay), now: now)
    }
  }

  private mutating func wait(in queue: String = "jobs", seconds: Int = 20) -> LongPolls.ID {
    polls.add(ReceiveRequest(isShortPoll: false), queue: queue, until: now.adding(seconds: seconds))
  }

  private mutating func answers() throws -> [LongPolls.ID: [String]] {
    var found: [LongPolls.ID: [String]] = [:]
    for answer in polls.answers(from: &store, now: now) {
      found[answer.id] = try answer.result.get().map(\.message.content.body)
    }
    return found
  }

  @Test mutating func `as many are answered as there are messages, the first first`() throws {
    let first = wait(), second = wait(), third = wait()
    try send("1")
    try send("2")
    #expect(try answers() == [first: ["1"], second: ["2"]])
    #expect(polls.count == 1)
    let removals = [polls.remove(third), polls.remove(third)]
    #expect(removals == [true, false])
  }

  @Test mutating func `the next wake is the first of ends, returns and delays`() throws {
    #expect(polls.nextWake(in: store) == nil)
    let poll = wait(seconds: 20)
    #expect(polls.nextWake(in: store) == now.adding(seconds: 20))
    try send("late", delay: 8)
    #expect(try answers() == [:])
    #expect(polls.nextWake(in: store) == now.adding(seconds: 8))
    now = now.adding(seconds: 8)
    #expect(try answers() == [poll: ["late"]])
    #expect(polls.nextWake(in: store) == nil, "nobody waits, so nothing wakes")
  }

  @Test mutating func `a wait ends empty at its time`() throws {
    let short = wait(seconds: 1), long = wait(seconds: 2)
    now = now.adding(seconds: 1)
    #expect(try answers() == [short: []])
    now = now.adding(seconds: 1)
    #expect(try answers() == [long: []])
  }

  @Test mutating func `a message that is moved wakes who waits at the dead-letter queue`() throws {
    try send("b")
    _ = try store.receive(ReceiveRequest(), from: "jobs", now: now)
    let worker = wait(), undertaker = wait(in: "dead")
    now = now.adding(seconds: 5)
    #expect(try answers() == [undertaker: ["b"]])
    polls.remove(worker)
    #expect(polls.count == 0)
  }

  @Test mutating func `a deleted queue fails those who wait in it`() throws {
    let poll = wait(), other = wait(in: "dead")
    try store.delete("jobs")
    let found = polls.answers(from: &store, now: now)
    #expect(found.map(\.id) == [poll])
    #expect(throws: SQSError.queueDoesNotExist) { try found[0].result.get() }
    #expect(polls.endAll().map(\.id) == [other])
    #expect(polls.count == 0)
  }
}
