extension Queue {
  /// Takes a message, or, on a FIFO queue, recognises it as one sent before and names that one.
  mutating func send(_ message: OutgoingMessage, now: Timestamp) throws(SQSError) -> SentMessage {
    advance(to: now)
    try check(message)
    let deduplicationID = isFIFO ? try deduplicationID(of: message) : nil
    let key = deduplicationID.map { deduplicationKey($0, group: message.groupID ?? "") }
    if let key, let first = deduplication.value(for: key, now: now) { return first }

    let serial = nextSerial()
    let entry = Message(
      serial: serial, id: nextMessageID(), content: message, bodyDigest: MessageDigest.body(message.body),
      deduplicationID: deduplicationID, sequenceNumber: isFIFO ? sequenceNumber(serial) : nil, sentAt: now)
    let delay = message.delay ?? attributes.delay
    add(entry, visibleAt: delay > 0 ? now.adding(seconds: delay) : nil)
    counters.sent += 1
    let sent = SentMessage(id: entry.id, sequenceNumber: entry.sequenceNumber)
    if let key { deduplication.note(sent, for: key, now: now) }
    return sent
  }

  /// Takes a message that a redrive policy moves here. The count of receives goes on. A standard queue keeps the time
  /// of sending, so the dead-letter queue's retention counts from there; a FIFO queue starts it anew (Developer Guide,
  /// "Configuring retention for dead-letter queues").
  mutating func accept(deadLetter message: Message, from source: String, now: Timestamp) {
    advance(to: now)
    var entry = Message(
      serial: nextSerial(), id: message.id, content: message.content, bodyDigest: message.bodyDigest,
      deduplicationID: message.deduplicationID, sequenceNumber: message.sequenceNumber,
      sentAt: isFIFO ? now : message.sentAt)
    entry.receiveCount = message.receiveCount
    entry.firstReceivedAt = message.firstReceivedAt
    entry.deadLetterSource = source
    add(entry, visibleAt: nil)
    advance(to: now)
  }

  private mutating func add(_ entry: Message, visibleAt: Timestamp?) {
    messages[entry.serial] = entry
    byAge.set(entry.serial, to: entry.sentAt)
    if let visibleAt {
      messages[entry.serial]?.state = .delayed
      delayed.set(entry.serial, to: visibleAt)
    } else {
      show(entry.serial)
    }
  }

  /// The rules that depend on the queue; those that do not are in `MessageRules`.
  private func check(_ message: OutgoingMessage) throws(SQSError) {
    guard message.byteCount <= attributes.maximumMessageSize else {
      throw SQSError(
        .invalidParameterValue,
        "One or more parameters are invalid. Reason: Message must be shorter than \(attributes.maximumMessageSize) bytes."
      )
    }
    let wrongKind = "The request include parameter that is not valid for this queue type."
    if isFIFO {
      guard message.groupID != nil else { throw .missing("MessageGroupId") }
      if let delay = message.delay, delay != 0 { throw .invalid("DelaySeconds", "\(delay)", wrongKind) }
    } else if let id = message.deduplicationID {
      throw .invalid("MessageDeduplicationId", id, wrongKind)
    }
  }

  private func deduplicationID(of message: OutgoingMessage) throws(SQSError) -> String {
    if let id = message.deduplicationID { return id }
    guard attributes.contentBasedDeduplication else {
      throw SQSError(
        .invalidParameterValue,
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
    }
    return MessageDigest.deduplicationID(of: message.body)
  }

  private func deduplicationKey(_ id: String, group: String) -> String {
    // Ids are printable ASCII, so a line feed separates.
    attributes.deduplicationScope == .messageGroup ? group + "\n" + id : id
  }

  /// Twenty digits, rising, with gaps: like the real ones, too large for 64 bits.
  private func sequenceNumber(_ serial: UInt64) -> String {
    let digits = String(serial &* 256)
    return "1886" + String(repeating: "0", count: max(0, 16 - digits.count)) + digits
  }
}
