import Testing

@testable import LocalSQS

/// One standard queue at a time that the test decides.
@Suite struct QueueTests {
  @Test func `messages are received in the order of sending`() throws {
    var bench = Bench()
    for body in ["1", "2", "3"] { try bench.send(body) }
    #expect(try bench.bodies(2) == ["1", "2"])
    #expect(try bench.bodies() == ["3"])
    #expect(try bench.bodies() == [])
  }

  @Test func `a message is hidden to the millisecond of its visibility timeout`() throws {
    var bench = Bench { $0.visibilityTimeout = 5 }
    try bench.send("b")
    #expect(try bench.bodies() == ["b"])
    bench.now.milliseconds += 4999
    #expect(try bench.bodies() == [])
    bench.now.milliseconds += 1
    #expect(try bench.bodies() == ["b"])
  }

  @Test func `a retry has its old place until it was received three times`() throws {
    var bench = Bench()
    try bench.send("bad")
    try bench.send("good")
    for _ in 1...2 { #expect(try bench.bodies(1, timeout: 0) == ["bad"]) }
    #expect(try bench.bodies(1, timeout: 0) == ["bad"])
    #expect(try bench.bodies(1, timeout: 0) == ["good"])
  }

  @Test func `delays end in the order of their ends, not of sending`() throws {
    var bench = Bench { $0.delay = 3 }
    try bench.send("queue's")
    try bench.send("own", delay: 1)
    try bench.send("none", delay: 0)
    #expect(try bench.bodies() == ["none"])
    #expect(bench.queue.nextEvent == bench.now.adding(seconds: 1))
    bench.pass(1)
    #expect(try bench.bodies() == ["own"])
    #expect(bench.queue.nextEvent == bench.now.adding(seconds: 2))
    bench.pass(2)
    #expect(try bench.bodies() == ["queue's"])
  }

  @Test func `the next event is the first return, and none when all is visible`() throws {
    var bench = Bench()
    #expect(bench.queue.nextEvent == nil)
    for body in ["1", "2"] { try bench.send(body) }
    #expect(bench.queue.nextEvent == nil)
    let first = try bench.receive(1, timeout: 50)
    _ = try bench.receive(1, timeout: 10)
    #expect(bench.queue.nextEvent == bench.now.adding(seconds: 10))
    try bench.show(first[0], after: 5)
    #expect(bench.queue.nextEvent == bench.now.adding(seconds: 5))
    try bench.delete(first[0])
    #expect(bench.queue.nextEvent == bench.now.adding(seconds: 10))
  }

  @Test func `visibility counts from now and ends twelve hours after the receive`() throws {
    var bench = Bench()
    try bench.send("b")
    let message = try bench.receive(timeout: 40_000)[0]
    bench.pass(30_000)
    try bench.show(message, after: 13_200)
    #expect(throws: SQSError.self) { try bench.show(message, after: 13_201) }
    bench.pass(13_200)
    #expect(try bench.bodies(timeout: 43_200) == ["b"], "a new receive has twelve hours of its own")
  }

  @Test func `every kind of old handle has its own end`() throws {
    var bench = Bench()
    try bench.send("b")
    let first = try bench.receive(timeout: 1)[0]
    bench.pass(1)
    #expect(throws: SQSError(.messageNotInflight, "The specified message isn't in flight.")) { try bench.show(first) }
    let second = try bench.receive(timeout: 1)[0]
    #expect(throws: SQSError.self, "an older receive's") { try bench.show(first) }
    try bench.delete(first)
    bench.pass(1)
    #expect(bench.queue.messages.count == 1, "an older handle deletes nothing")
    try bench.delete(second)
    #expect(bench.queue.messages.isEmpty, "the latest deletes even a message that is visible again")
    try bench.delete(second)
    #expect(throws: SQSError.self, "there is no message") { try bench.show(second) }
  }

  @Test func `a handle of another queue or made up is invalid`() throws {
    var bench = Bench(), other = Bench()
    other.queue = Queue(name: "jobs", attributes: QueueAttributes(), now: other.now, seed: 2)
    try other.send("b")
    let foreign = try other.receive()[0].receiptHandle
    for handle in [foreign, "", "AQEB", String(foreign.dropLast()), "AQEB" + String(repeating: "A", count: 44)] {
      #expect(throws: SQSError.receiptHandleIsInvalid) { try bench.queue.delete(handle, now: bench.now) }
      #expect(throws: SQSError.receiptHandleIsInvalid) {
        try bench.queue.changeVisibility(handle, seconds: 0, now: bench.now)
      }
    }
  }

  @Test func `messages end with the retention period, wherever they are`() throws {
    var bench = Bench { $0.retention = 60 }
    try bench.send("in flight")
    _ = try bench.receive(timeout: 1000)
    try bench.send("delayed", delay: 900)
    try bench.send("visible")
    bench.pass(30)
    try bench.send("younger")
    bench.pass(30)
    #expect(try bench.bodies() == ["younger"])
    #expect(bench.queue.messages.count == 1)
    #expect(bench.queue.counters.expired == 3)
  }

  @Test func `a queue at its in-flight limit refuses short polls only`() throws {
    var limits = QueueLimits()
    limits.inFlight = 2
    var bench = Bench(limits: limits)
    for body in ["1", "2", "3"] { try bench.send(body) }
    #expect(try bench.bodies() == ["1", "2"])
    #expect(throws: SQSError.self) { try bench.receive() }
    let long = ReceiveRequest(maximum: 1, isShortPoll: false)
    #expect(try bench.queue.receive(long, hasDeadLetterQueue: false, now: bench.now).messages.isEmpty)
    var fifo = Bench("jobs.fifo", limits: limits)
    for body in ["1", "2", "3"] { try fifo.send(body, group: body, key: body) }
    #expect(try fifo.bodies() == ["1", "2"])
    #expect(try fifo.bodies() == [])
  }

  @Test func `purging empties the queue once a minute`() throws {
    var bench = Bench()
    try bench.send("1")
    try bench.send("2", delay: 5)
    let message = try bench.receive()[0]
    try bench.queue.purge(now: bench.now)
    #expect(bench.queue.messages.isEmpty)
    #expect(bench.queue.nextEvent == nil)
    try bench.delete(message)
    bench.pass(59)
    #expect(throws: SQSError.self) { try bench.queue.purge(now: bench.now) }
    bench.pass(1)
    try bench.queue.purge(now: bench.now)
    try bench.send("3")
    #expect(try bench.bodies() == ["3"])
  }

  @Test func `a deduplication id or a receive attempt id is for FIFO queues`() throws {
    var bench = Bench()
    #expect(throws: SQSError.self) { try bench.send("b", key: "k") }
    #expect(throws: SQSError.self) { try bench.receive(attempt: "a") }
  }

  @Test func `counters tell what happened`() throws {
    var bench = Bench { $0.visibilityTimeout = 0 }
    for body in ["1", "2", "3"] { try bench.send(body) }
    _ = try bench.receive(2)
    try bench.delete(try bench.receive(3)[0])
    let counters = bench.queue.counters
    #expect(counters.sent == 3)
    #expect(counters.received == 5)
    #expect(counters.deleted == 1)
    #expect(counters.peakInFlight == 3)
  }

  @Test func `a backlog of 100,000 messages is received oldest first`() throws {
    var bench = Bench()
    for number in 0..<100_000 { try bench.send("\(number)", delay: number % 10 == 0 ? 1 : 0) }
    #expect(bench.queue.visibleCount == 90_000)
    var expected = (0..<100_000).lazy.filter { $0 % 10 != 0 }.makeIterator()
    for _ in 0..<500 {
      for message in try bench.receive() {
        let number = expected.next()
        #expect(Int(message.message.content.body) == number)
        if number?.isMultiple(of: 2) == true { try bench.delete(message) }
      }
    }
    bench.pass(30)
    #expect(
      try bench.bodies(6) == ["0", "1", "3", "5", "7", "9"], "what was delayed or not deleted is first in line again")
    #expect(bench.queue.messages.count == 100_000 - 2_222)
  }
}
