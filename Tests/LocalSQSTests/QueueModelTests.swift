import Testing

@testable import LocalSQS

/// Random operations on the store and on the naive queues, which must agree at every step.
@Suite struct QueueModelTests {
  @Test(arguments: 1...15) func `a standard queue does what the naive one does`(seed: UInt64) throws {
    var run = try Run(isFIFO: false, seed: seed)
    for _ in 0..<600 { try run.step() }
    #expect(run.settled > 25, "the run must have settled messages to mean anything")
  }

  @Test(arguments: 1...15) func `a FIFO queue does what the naive one does`(seed: UInt64) throws {
    var run = try Run(isFIFO: true, seed: seed)
    for _ in 0..<600 { try run.step() }
    #expect(run.settled > 25, "the run must have settled messages to mean anything")
  }

  private struct Handle {
    let text: String
    let body: String
    let dead: Bool
    /// The how-many-th receive of the message gave it.
    let receive: Int
  }

  private struct Run {
    var store = QueueStore(seed: 1)
    var model: NaiveQueues
    var random: SplitMix64
    var now = Timestamp(seconds: 1000)
    var handles: [Handle] = []
    var sent = 0
    var settled = 0
    let suffix: String

    init(isFIFO: Bool, seed: UInt64) throws {
      random = SplitMix64(seed: seed)
      suffix = isFIFO ? ".fifo" : ""
      model = NaiveQueues(isFIFO: isFIFO, maxReceiveCount: 3)
      var attributes = isFIFO ? ["FifoQueue": "true"] : [:]
      try store.create("dead" + suffix, attributes: attributes, now: now)
      let policy = RedrivePolicy(target: "dead" + suffix, maxReceiveCount: 3)
      attributes["RedrivePolicy"] = policy.attribute(region: "us-east-1")
      try store.create("jobs" + suffix, attributes: attributes, now: now)
    }

    func name(dead: Bool) -> String { (dead ? "dead" : "jobs") + suffix }

    mutating func step() throws {
      switch random.next() % 10 {
      case 0...2: try send()
      case 3...5: try receive(dead: random.next() % 4 == 0)
      case 6, 7: try delete()
      case 8: try changeVisibility()
      default: now = now.adding(seconds: Int(random.next() % 4))
      }
      try compareCounts()
    }

    private mutating func send() throws {
      sent += 1
      let body = "\(sent)", group = "g\(random.next() % 4)", key = "k\(random.next() % 200)"
      let delay = model.isFIFO ? 0 : Int(random.next() % 3)
      let taken = model.send(body, group: group, key: key, delay: delay, now: now)
      let message = OutgoingMessage(
        body: body, delay: delay, groupID: group, deduplicationID: model.isFIFO ? key : nil)
      let before = store.queues[name(dead: false)]?.counters.sent
      try store.update(name(dead: false)) { [now] (queue: inout Queue) throws(SQSError) in
        _ = try queue.send(message, now: now)
      }
      #expect(store.queues[name(dead: false)]?.counters.sent == before.map { $0 + (taken ? 1 : 0) })
    }

    private mutating func receive(dead: Bool) throws {
      let maximum = 1 + Int(random.next() % 10), timeout = Int(random.next() % 6)
      model.advance(to: now)
      let candidates = model.candidates(dead: dead, now: now)
      let received = try store.receive(
        ReceiveRequest(maximum: maximum, visibilityTimeout: timeout), from: name(dead: dead), now: now)
      let bodies = received.map(\.message.content.body)
      let alive = candidates.filter { !model.isDue($0) }.map { model.entries[$0].body }
      let due = candidates.filter { model.isDue($0) }
      #expect(bodies.count == min(maximum, alive.count))
      if model.isFIFO { #expect(bodies == Array(alive.prefix(maximum))) }
      #expect(Set(bodies).count == bodies.count && Set(bodies).isSubset(of: alive))
      for message in received {
        let body = message.message.content.body
        guard let index = model.entries.firstIndex(where: { $0.body == body }) else { continue }
        model.take(index, timeout: timeout, now: now)
        #expect(message.message.receiveCount == model.entries[index].receives)
        handles.append(
          Handle(text: message.receiptHandle, body: body, dead: dead, receive: model.entries[index].receives))
      }
      // Which dead letters were met on the way depends on the order; those that left must have been due.
      let left = due.filter { !isInSource(model.entries[$0].body) }
      if received.count < maximum { #expect(left.count == due.count) }
      model.bury(left)
    }

    private func isInSource(_ body: String) -> Bool {
      store.queues[name(dead: false)]?.messages.values.contains { $0.content.body == body } == true
    }

    /// One of the latest mostly, an old one now and then.
    private mutating func anyHandle() -> Handle? {
      guard !handles.isEmpty else { return nil }
      let reach = random.next() % 8 == 0 ? handles.count : min(12, handles.count)
      return handles[handles.count - 1 - Int(random.next() % UInt64(reach))]
    }

    private mutating func delete() throws {
      guard let handle = anyHandle() else { return }
      model.advance(to: now)
      let result = Result { () throws(SQSError) in
        try store.update(name(dead: handle.dead)) { [now] (queue: inout Queue) throws(SQSError) in
          try queue.delete(handle.text, now: now)
        }
      }
      guard let index = model.entries.firstIndex(where: { $0.body == handle.body && $0.isDead == handle.dead }) else {
        #expect(throws: Never.self) { try result.get() }
        return
      }
      let entry = model.entries[index]
      let isCurrent = entry.receives == handle.receive
      if model.isFIFO, !isCurrent || !entry.isInFlight {
        #expect(throws: SQSError.self) { try result.get() }
      } else {
        #expect(throws: Never.self) { try result.get() }
        if isCurrent {
          model.entries.remove(at: index)
          settled += 1
        }
      }
    }

    private mutating func changeVisibility() throws {
      guard let handle = anyHandle() else { return }
      let seconds = Int(random.next() % 6)
      model.advance(to: now)
      let result = Result { () throws(SQSError) in
        try store.update(name(dead: handle.dead)) { [now] (queue: inout Queue) throws(SQSError) in
          try queue.changeVisibility(handle.text, seconds: seconds, now: now)
        }
      }
      guard
        let index = model.entries.firstIndex(where: {
          $0.body == handle.body && $0.isDead == handle.dead && $0.receives == handle.receive
        }), model.entries[index].isInFlight
      else {
        #expect(throws: SQSError.self) { try result.get() }
        return
      }
      #expect(throws: Never.self) { try result.get() }
      model.entries[index].hiddenUntil = now.adding(seconds: seconds)
      if seconds == 0 { model.entries[index].isInFlight = false }
    }

    private mutating func compareCounts() throws {
      store.advance(to: now)
      model.advance(to: now)
      for dead in [false, true] {
        let queue = try store.queue(name(dead: dead))
        #expect(queue.messages.count == model.count(dead: dead) { _ in true })
        #expect(queue.inFlight.count == model.count(dead: dead) { $0.isInFlight })
        #expect(queue.delayed.count == model.count(dead: dead) { !$0.isInFlight && $0.hiddenUntil > now })
      }
      let events = model.entries.filter { !$0.isDead && $0.hiddenUntil > now }.map(\.hiddenUntil)
      #expect(store.nextEvent(in: name(dead: false)) == events.min())
    }
  }
}
