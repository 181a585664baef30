import Testing

@testable import LocalSQS

/// One FIFO queue at a time that the test decides.
@Suite struct FIFOQueueTests {
  private func bench(_ change: (inout QueueAttributes) -> Void = { _ in }) -> Bench { Bench("jobs.fifo", change) }

  @Test func `a receive takes one group's messages before the next group's`() throws {
    var bench = bench()
    for body in ["a1", "b1", "a2", "b2", "a3"] { try bench.send(body, group: String(body.prefix(1)), key: body) }
    #expect(try bench.bodies(4) == ["a1", "a2", "a3", "b1"])
    #expect(try bench.bodies() == [], "b2 waits for b1")
  }

  @Test func `a group is free when its last message in flight is gone or back`() throws {
    var bench = bench()
    for body in ["1", "2", "3"] { try bench.send(body, group: "g", key: body) }
    let inFlight = try bench.receive(2)
    try bench.delete(inFlight[0])
    #expect(try bench.bodies() == [])
    try bench.show(inFlight[1])
    #expect(try bench.bodies() == ["2", "3"])
    bench.pass(30)
    #expect(try bench.bodies() == ["2", "3"])
  }

  @Test func `messages in flight come back in their old order`() throws {
    var bench = bench()
    for body in ["1", "2", "3"] { try bench.send(body, group: "g", key: body) }
    let inFlight = try bench.receive(3)
    for message in inFlight.reversed() { try bench.show(message) }
    #expect(try bench.bodies() == ["1", "2", "3"])
  }

  @Test func `a deduplication id holds for five minutes, also after delete`() throws {
    var bench = bench()
    let first = try bench.send("1", group: "g", key: "k")
    try bench.delete(try bench.receive()[0])
    bench.now.milliseconds += 299_999
    #expect(try bench.send("2", group: "g", key: "k") == first)
    bench.now.milliseconds += 1
    let later = try bench.send("3", group: "g", key: "k")
    #expect(later.id != first.id)
    #expect(try bench.bodies() == ["3"])
  }

  @Test func `the scope of deduplication is the queue, or the group if it says so`() throws {
    var bench = bench()
    let first = try bench.send("1", group: "a", key: "k")
    #expect(try bench.send("1", group: "b", key: "k") == first)
    bench.queue.attributes.deduplicationScope = .messageGroup
    let other = try bench.send("1", group: "b", key: "k")
    #expect(other != first)
    #expect(try bench.send("1", group: "b", key: "k") == other)
  }

  @Test func `a deduplication id of the producer's own wins over the content`() throws {
    var bench = bench { $0.contentBasedDeduplication = true }
    let first = try bench.send("same", group: "g")
    #expect(try bench.send("same", group: "g") == first)
    #expect(try bench.send("same", group: "g", key: "own") != first)
    #expect(try bench.send("other", group: "g", key: MessageDigest.deduplicationID(of: "same")) == first)
  }

  @Test func `sequence numbers rise by text as by value`() throws {
    var bench = bench()
    var last = ""
    for number in 0..<2000 {
      let sequence = try #require(try bench.send("b", group: "g", key: "\(number)").sequenceNumber)
      #expect(sequence.count == 20)
      #expect(sequence > last)
      last = sequence
    }
  }

  @Test func `a handle is of no use after the timeout`() throws {
    var bench = bench { $0.visibilityTimeout = 5 }
    try bench.send("b", group: "g", key: "k")
    let message = try bench.receive()[0]
    bench.pass(5)
    #expect(throws: SQSError.self) { try bench.delete(message) }
    let again = try bench.receive()[0]
    #expect(throws: SQSError.self) { try bench.delete(message) }
    try bench.delete(again)
    try bench.delete(again)
  }

  @Test func `a repeated attempt gets the same messages, hidden anew`() throws {
    var bench = bench { $0.visibilityTimeout = 10 }
    for body in ["1", "2"] { try bench.send(body, group: "g", key: body) }
    let first = try bench.receive(attempt: "a")
    bench.pass(9)
    let again = try bench.receive(attempt: "a")
    #expect(again.map(\.receiptHandle) == first.map(\.receiptHandle))
    #expect(again.map(\.message.receiveCount) == [1, 1])
    bench.pass(9)
    #expect(try bench.bodies() == [], "the second receive hid them for ten seconds more")
    try bench.show(first[0], after: 100)
    #expect(try bench.receive(attempt: "a").isEmpty, "a changed visibility ends it")
  }

  @Test func `an attempt is forgotten after five minutes`() throws {
    var bench = bench { $0.visibilityTimeout = 1000 }
    try bench.send("1", group: "g", key: "1")
    _ = try bench.receive(attempt: "a")
    try bench.send("2", group: "h", key: "2")
    bench.pass(300)
    #expect(try bench.receive(attempt: "a").map(\.message.content.body) == ["2"])
  }

  @Test func `only the queue delays, and a new delay reaches messages already there`() throws {
    var bench = bench { $0.delay = 100 }
    try bench.send("1", group: "g", key: "1")
    #expect(throws: SQSError.self) { try bench.send("2", group: "g", key: "2", delay: 5) }
    bench.pass(10)
    #expect(try bench.bodies() == [])
    var attributes = bench.queue.attributes
    attributes.delay = 10
    bench.queue.setAttributes(attributes, now: bench.now)
    #expect(try bench.bodies() == ["1"])
  }
}
