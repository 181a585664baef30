import Testing

@testable import LocalSQS

/// What happens between queues, and to queues.
@Suite struct QueueStoreTests {
  private var store = QueueStore(seed: 1)
  private var now = Timestamp(seconds: 1_000_000)

  private mutating func create(_ name: String, deadLetters: String? = nil, after count: Int = 1) throws(SQSError) {
    var attributes = ["VisibilityTimeout": "0"]
    if name.hasSuffix(".fifo") { attributes["FifoQueue"] = "true" }
    attributes["RedrivePolicy"] = deadLetters.map {
      RedrivePolicy(target: $0, maxReceiveCount: count).attribute(region: "us-east-1")
    }
    try store.create(name, attributes: attributes, now: now)
  }

  private mutating func send(_ body: String, to name: String, group: String? = nil) throws(SQSError) {
    let message = OutgoingMessage(body: body, groupID: group, deduplicationID: group.map { $0 + body })
    let now = now
    try store.update(name) { (queue: inout Queue) throws(SQSError) in _ = try queue.send(message, now: now) }
  }

  private mutating func receive(from name: String, _ maximum: Int = 10) throws(SQSError) -> [Message] {
    try store.receive(ReceiveRequest(maximum: maximum), from: name, now: now).map(\.message)
  }

  @Test mutating func `the receive after the last one allowed moves a message, with its history`() throws {
    try create("dead")
    try create("jobs", deadLetters: "dead", after: 2)
    try send("b", to: "jobs")
    let sentAt = now
    for count in 1...2 { #expect(try receive(from: "jobs").map(\.receiveCount) == [count]) }
    now = now.adding(seconds: 7)
    #expect(try receive(from: "dead").isEmpty)
    #expect(try receive(from: "jobs").isEmpty)
    let message = try #require(try receive(from: "dead").first)
    #expect(message.receiveCount == 3)
    #expect(message.sentAt == sentAt)
    #expect(message.firstReceivedAt == sentAt)
    #expect(message.deadLetterSource == "jobs")
    #expect(store.queues["jobs"]?.counters.deadLettered == 1)
  }

  @Test mutating func `dead letters do not take the place of messages in an answer`() throws {
    try create("dead")
    try create("jobs", deadLetters: "dead")
    for body in ["1", "2"] { try send(body, to: "jobs") }
    #expect(try receive(from: "jobs").count == 2)
    for body in ["3", "4"] { try send(body, to: "jobs") }
    #expect(try receive(from: "jobs", 2).map(\.content.body) == ["3", "4"])
    #expect(try receive(from: "dead").map(\.content.body) == ["1", "2"])
  }

  @Test mutating func `a dead-letter queue of a standard queue counts retention from the first sending`() throws {
    try create("dead")
    try create("jobs", deadLetters: "dead")
    try send("b", to: "jobs")
    _ = try receive(from: "jobs")
    now = now.adding(seconds: 345_599)
    _ = try receive(from: "jobs")
    #expect(store.queues["dead"]?.messages.count == 1)
    now = now.adding(seconds: 1)
    #expect(try receive(from: "dead").isEmpty)
  }

  @Test mutating func `a FIFO dead letter frees its group, and its retention begins anew`() throws {
    try create("dead.fifo")
    try create("jobs.fifo", deadLetters: "dead.fifo")
    try send("bad", to: "jobs.fifo", group: "g")
    try send("next", to: "jobs.fifo", group: "g")
    #expect(try receive(from: "jobs.fifo", 1).map(\.content.body) == ["bad"])
    now = now.adding(seconds: 9)
    #expect(try receive(from: "jobs.fifo", 1).map(\.content.body) == ["next"])
    let message = try #require(try receive(from: "dead.fifo").first)
    #expect(message.sentAt == now)
    #expect(message.content.groupID == "g")
  }

  @Test mutating func `without its dead-letter queue a message stays`() throws {
    try create("dead")
    try create("jobs", deadLetters: "dead")
    try send("b", to: "jobs")
    try store.delete("dead")
    for count in 1...5 { #expect(try receive(from: "jobs").map(\.receiveCount) == [count]) }
  }

  @Test mutating func `two queues that are each other's dead-letter queue pass a message on and on`() throws {
    try create("a")
    try create("b", deadLetters: "a")
    try store.setAttributes(
      ["RedrivePolicy": RedrivePolicy(target: "b", maxReceiveCount: 1).attribute(region: "us-east-1")], of: "a",
      now: now)
    try send("b", to: "a")
    for _ in 1...3 {
      #expect(try receive(from: "a").count == 1)
      #expect(try receive(from: "a").isEmpty)
      #expect(try receive(from: "b").count == 1)
      #expect(try receive(from: "b").isEmpty)
    }
  }

  @Test mutating func `an existing queue is found again unless an attribute contradicts`() throws {
    try store.create("jobs", attributes: ["VisibilityTimeout": "7", "DelaySeconds": "1"], now: now)
    try store.create("jobs", attributes: [:], now: now)
    try store.create("jobs", attributes: ["VisibilityTimeout": "7"], now: now)
    let error = #expect(throws: SQSError.self) {
      try store.create("jobs", attributes: ["VisibilityTimeout": "8"], now: now)
    }
    #expect(error?.code == .queueNameExists)
    #expect(error?.message.contains("VisibilityTimeout") == true)
  }

  @Test(
    arguments: [
      ("", [:]), ("a.b", [:]), ("a/b", [:]), ("ä", [:]), (".fifo", ["FifoQueue": "true"]), ("jobs.fifo", [:]),
      ("jobs", ["FifoQueue": "true"]), ("jobs.fifo", ["FifoQueue": "false"]), ("jobs", ["FifoQueue": "false"]),
      (String(repeating: "x", count: 81), [:]), ("jobs", ["ContentBasedDeduplication": "true"]),
    ] as [(String, [String: String])])
  mutating func `a bad queue is not made`(name: String, attributes: [String: String]) throws {
    #expect(throws: SQSError.self) { try store.create(name, attributes: attributes, now: now) }
    #expect(store.queues.isEmpty)
  }

  @Test mutating func `attributes are set all or none`() throws {
    try create("jobs")
    #expect(throws: SQSError.self) {
      try store.setAttributes(["DelaySeconds": "5", "VisibilityTimeout": "x"], of: "jobs", now: now)
    }
    #expect(store.queues["jobs"]?.attributes.delay == 0)
  }

  @Test mutating func `an empty redrive policy takes the old one away`() throws {
    try create("dead")
    try create("jobs", deadLetters: "dead")
    try store.setAttributes(["RedrivePolicy": ""], of: "jobs", now: now)
    #expect(store.queues["jobs"]?.attributes.redrive == nil)
  }
}
