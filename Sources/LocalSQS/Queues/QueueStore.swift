/// All queues: a pure value. What happens between queues, the redrive of messages, is decided here.
struct QueueStore: Sendable {
  let limits: QueueLimits
  private(set) var queues: [String: Queue] = [:]
  /// Queues in which a message may have become visible, or which are gone, since `takeAwakened()`.
  private var awakened: Set<String> = []
  private var generator: SplitMix64

  init(limits: QueueLimits = QueueLimits(), seed: UInt64) {
    self.limits = limits
    generator = SplitMix64(seed: seed)
  }

  var names: [String] { queues.keys.sorted() }

  func queue(_ name: String) throws(SQSError) -> Queue {
    guard let queue = queues[name] else { throw .queueDoesNotExist }
    return queue
  }

  /// The queues whose waiting receives are worth another look.
  mutating func takeAwakened() -> Set<String> {
    defer { awakened.removeAll() }
    return awakened
  }

  /// Makes a queue, or finds one of that name whose attributes do not contradict the given ones.
  mutating func create(_ name: String, attributes given: [String: String], now: Timestamp) throws(SQSError) {
    try checkName(name)
    let isFIFO = name.hasSuffix(".fifo")
    if isFIFO != (given["FifoQueue"] == "true") {
      throw isFIFO || given["FifoQueue"] != nil
        ? SQSError(
          .invalidParameterValue,
          "The name of a FIFO queue must end with .fifo, and a queue with such a name needs the attribute FifoQueue true."
        )
        : SQSError(.invalidAttributeValue, "Invalid value for the parameter FifoQueue.")
    }
    if let existing = queues[name] {
      var wanted = existing.attributes
      try wanted.set(given, isFIFO: isFIFO, limits: limits)
      guard wanted != existing.attributes else { return }
      let current = existing.attributes.texts(isFIFO: isFIFO, region: QueueARN.standardRegion)
      let asked = wanted.texts(isFIFO: isFIFO, region: QueueARN.standardRegion)
      let different = asked.keys.sorted().first { current[$0] != asked[$0] } ?? "unknown"
      throw SQSError(
        .queueNameExists,
        "A queue already exists with the same name and a different value for attribute \(different)")
    }
    var attributes = QueueAttributes()
    try attributes.set(given, isFIFO: isFIFO, limits: limits)
    try checkRedrive(attributes.redrive, source: name)
    queues[name] = Queue(name: name, attributes: attributes, limits: limits, now: now, seed: generator.next())
  }

  mutating func delete(_ name: String) throws(SQSError) {
    guard queues.removeValue(forKey: name) != nil else { throw .queueDoesNotExist }
    awakened.insert(name)
  }

  mutating func setAttributes(_ given: [String: String], of name: String, now: Timestamp) throws(SQSError) {
    let queue = try queue(name)
    var attributes = queue.attributes
    try attributes.set(given, isFIFO: queue.isFIFO, limits: limits)
    if attributes.redrive != queue.attributes.redrive { try checkRedrive(attributes.redrive, source: name) }
    queues[name]?.setAttributes(attributes, now: now)
    awakened.insert(name)
  }

  /// Does something with one queue, in place.
  mutating func update<Result>(
    _ name: String, _ change: (inout Queue) throws(SQSError) -> Result
  ) throws(SQSError) -> Result {
    guard let index = queues.index(forKey: name) else { throw .queueDoesNotExist }
    awakened.insert(name)
    return try change(&queues.values[index])
  }

  /// Receives; what is due for the dead-letter queue goes there.
  mutating func receive(
    _ request: ReceiveRequest, from name: String, now: Timestamp
  ) throws(SQSError) -> [ReceivedMessage] {
    guard let index = queues.index(forKey: name) else { throw .queueDoesNotExist }
    let target = queues.values[index].attributes.redrive?.target
    let hasTarget = target.map { queues[$0] != nil } ?? false
    let received = try queues.values[index].receive(request, hasDeadLetterQueue: hasTarget, now: now)
    if let target, !received.deadLetters.isEmpty {
      for message in received.deadLetters { queues[target]?.accept(deadLetter: message, from: name, now: now) }
      awakened.insert(target)
    }
    return received.messages
  }

  mutating func noteEmptyReceive(_ name: String) {
    queues[name]?.counters.emptyReceives += 1
  }

  /// When the first message of the queue becomes visible by the passing of time alone.
  func nextEvent(in name: String) -> Timestamp? {
    queues[name]?.nextEvent
  }

  mutating func advance(to now: Timestamp) {
    for name in queues.keys { queues[name]?.advance(to: now) }
  }

  private func checkName(_ name: String) throws(SQSError) {
    let stem = name.hasSuffix(".fifo") ? name.dropLast(5) : name[...]
    let isPlain = stem.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isPlain, !stem.isEmpty, name.utf8.count <= limits.queueNameLength else {
      throw SQSError(
        .invalidParameterValue,
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to \(limits.queueNameLength) in length")
    }
  }

  private func checkRedrive(_ policy: RedrivePolicy?, source: String) throws(SQSError) {
    guard let policy else { return }
    let text = policy.attribute(region: QueueARN.standardRegion)
    guard let target = queues[policy.target] else {
      throw .invalid("RedrivePolicy", text, "Dead letter target does not exist.")
    }
    guard target.isFIFO == source.hasSuffix(".fifo") else {
      throw .invalid("RedrivePolicy", text, "Dead-letter queue must be same type of queue as the source.")
    }
    guard policy.target != source else {
      throw .invalid("RedrivePolicy", text, "Dead letter queue cannot be the source queue itself.")
    }
  }
}
