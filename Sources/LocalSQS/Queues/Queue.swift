/// One queue: pure state, told the time by every operation.
///
/// A message is in exactly one of three places: `delayed`, visible (`visible`, or `groups` on a FIFO queue) or
/// `inFlight`; each is a heap, so that no operation looks at every message.
struct Queue: Sendable {
  let name: String
  let limits: QueueLimits
  let createdAt: Timestamp
  var modifiedAt: Timestamp
  var attributes: QueueAttributes
  var counters = QueueCounters()
  /// The second half of what makes a receipt handle ours.
  let instance: UInt64
  let salt: UInt64

  var messages: [UInt64: Message] = [:]
  /// Standard queues: visible messages by place in the line.
  var visible = IndexedHeap<UInt64, UInt64>()
  /// FIFO queues: visible messages by group.
  var groups = MessageGroups()
  var delayed = IndexedHeap<UInt64, Timestamp>()
  var inFlight = IndexedHeap<UInt64, Timestamp>()
  var byAge = IndexedHeap<UInt64, Timestamp>()
  var deduplication: RememberedFor<SentMessage>
  var attempts: RememberedFor<[Attempt]>
  var purgedAt: Timestamp?
  private var lastSerial: UInt64 = 0
  private var lastTicket: UInt64 = 0
  private var generator: SplitMix64

  /// One message of a receive that may be repeated with the same ReceiveRequestAttemptId.
  struct Attempt: Sendable {
    let serial: UInt64
    let ticket: UInt64
  }

  init(name: String, attributes: QueueAttributes, limits: QueueLimits = QueueLimits(), now: Timestamp, seed: UInt64) {
    self.name = name
    self.attributes = attributes
    self.limits = limits
    createdAt = now
    modifiedAt = now
    generator = SplitMix64(seed: seed)
    instance = generator.next()
    salt = generator.next()
    deduplication = RememberedFor(seconds: limits.deduplicationWindow)
    attempts = RememberedFor(seconds: limits.deduplicationWindow)
  }

  var isFIFO: Bool { name.hasSuffix(".fifo") }
  var visibleCount: Int { messages.count - delayed.count - inFlight.count }

  mutating func nextSerial() -> UInt64 {
    lastSerial += 1
    return lastSerial
  }

  mutating func nextTicket() -> UInt64 {
    lastTicket += 1
    return lastTicket
  }

  mutating func nextMessageID() -> String {
    generator.uuid()
  }

  /// Everything goes, in flight too. Deduplication ids stay in force, as in SQS.
  mutating func purge(now: Timestamp) throws(SQSError) {
    if let purgedAt, now < purgedAt.adding(seconds: limits.purgeInterval) {
      throw SQSError(
        .purgeQueueInProgress,
        "Only one PurgeQueue operation on \(name) is allowed every \(limits.purgeInterval) seconds.")
    }
    purgedAt = now
    messages = [:]
    visible = IndexedHeap()
    groups = MessageGroups()
    delayed = IndexedHeap()
    inFlight = IndexedHeap()
    byAge = IndexedHeap()
  }

  /// Applies new attributes. Only a FIFO queue's delay reaches messages that are already there
  /// (API Reference, SetQueueAttributes: for standard queues a change of DelaySeconds is not retroactive).
  mutating func setAttributes(_ new: QueueAttributes, now: Timestamp) {
    advance(to: now)
    let old = attributes
    attributes = new
    modifiedAt = now
    guard isFIFO, old.delay != new.delay else { return }
    for serial in Array(delayed.ids) {
      if let sentAt = messages[serial]?.sentAt { delayed.set(serial, to: sentAt.adding(seconds: new.delay)) }
    }
  }
}
