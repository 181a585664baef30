/// What a consumer asks for, checked.
struct ReceiveRequest: Hashable, Sendable {
  var maximum = 1
  /// Seconds; nil means the queue's own.
  var visibilityTimeout: Int?
  /// A receive without waiting fails at the in-flight limit; one that waits just finds nothing
  /// (API Reference, ReceiveMessage, OverLimit).
  var isShortPoll = true
  /// FIFO: a repeated receive with the same id gets the same messages.
  var attemptID: String?
}

extension Queue {
  /// Received messages, and those that are to go to the dead-letter queue instead (only if `hasDeadLetterQueue`).
  struct Received: Sendable {
    var messages: [ReceivedMessage] = []
    var deadLetters: [Message] = []
  }

  mutating func receive(
    _ request: ReceiveRequest, hasDeadLetterQueue: Bool, now: Timestamp
  ) throws(SQSError) -> Received {
    advance(to: now)
    let timeout = request.visibilityTimeout ?? attributes.visibilityTimeout
    if let attemptID = request.attemptID {
      guard isFIFO else {
        throw .invalid(
          "ReceiveRequestAttemptId", attemptID, "The request include parameter that is not valid for this queue type.")
      }
      if let again = repeatAttempt(attemptID, timeout: timeout, now: now) { return Received(messages: again) }
    }
    if inFlight.count >= limits.inFlight, !isFIFO, request.isShortPoll {
      throw SQSError(.overLimit, "Too many messages are in flight: \(inFlight.count) of \(limits.inFlight).")
    }

    let redriveAfter = hasDeadLetterQueue ? attributes.redrive?.maxReceiveCount : nil
    var received = Received()
    var group: String?
    while received.messages.count < request.maximum, inFlight.count < limits.inFlight,
      let serial = nextVisible(&group), let message = messages[serial]
    {
      if let redriveAfter, message.receivesHere >= redriveAfter {
        drop(serial)
        counters.deadLettered += 1
        received.deadLetters.append(message)
      } else {
        received.messages.append(take(serial, message, until: now.adding(seconds: timeout), now: now))
      }
    }
    if let attemptID = request.attemptID, !received.messages.isEmpty {
      let attempt = received.messages.map { Attempt(serial: $0.message.serial, ticket: $0.message.ticket) }
      attempts.note(attempt, for: attemptID, now: now)
    }
    return received
  }

  /// The next message in line. A FIFO queue gives as many as it can of one group before it turns to another.
  private func nextVisible(_ group: inout String?) -> UInt64? {
    guard isFIFO else { return visible.first?.id }
    if let current = group, let head = groups.head(of: current) { return head }
    group = groups.nextGroup
    return group.flatMap { groups.head(of: $0) }
  }

  private mutating func take(
    _ serial: UInt64, _ message: Message, until: Timestamp, now: Timestamp
  ) -> ReceivedMessage {
    var message = message
    message.state = .inFlight
    message.receiveCount += 1
    message.receivesHere += 1
    message.firstReceivedAt = message.firstReceivedAt ?? now
    message.lastReceivedAt = now
    message.ticket = nextTicket()
    message.isUntouched = true
    messages[serial] = message
    if isFIFO { groups.hold(serial, group: message.group) } else { visible.remove(serial) }
    inFlight.set(serial, to: until)
    counters.received += 1
    counters.peakInFlight = max(counters.peakInFlight, inFlight.count)
    return ReceivedMessage(message: message, receiptHandle: receiptHandle(of: message))
  }

  /// The messages of an earlier receive with this id, hidden anew, unless one of them was deleted, came back or had its
  /// visibility changed meanwhile (API Reference, ReceiveMessage, ReceiveRequestAttemptId).
  private mutating func repeatAttempt(_ id: String, timeout: Int, now: Timestamp) -> [ReceivedMessage]? {
    guard let attempt = attempts.value(for: id, now: now) else { return nil }
    let same = attempt.compactMap { messages[$0.serial] }
    guard same.count == attempt.count,
      zip(same, attempt).allSatisfy({ $0.state == .inFlight && $0.ticket == $1.ticket && $0.isUntouched })
    else {
      attempts.forget(id)
      return nil
    }
    for message in same {
      inFlight.set(message.serial, to: now.adding(seconds: timeout))
      messages[message.serial]?.lastReceivedAt = now
    }
    return same.map { ReceivedMessage(message: $0, receiptHandle: receiptHandle(of: $0)) }
  }

  private func receiptHandle(of message: Message) -> String {
    ReceiptHandle(queue: instance, message: message.serial, ticket: message.ticket).text(salt: salt)
  }
}
