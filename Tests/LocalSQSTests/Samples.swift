@testable import LocalSQS

/// A queue and a clock for tests of the pure part.
struct Bench {
  var queue: Queue
  var now = Timestamp(seconds: 1_000_000)

  init(
    _ name: String = "jobs", limits: QueueLimits = QueueLimits(), _ change: (inout QueueAttributes) -> Void = { _ in }
  ) {
    var attributes = QueueAttributes()
    change(&attributes)
    queue = Queue(name: name, attributes: attributes, limits: limits, now: now, seed: 1)
  }

  mutating func pass(_ seconds: Int) {
    now = now.adding(seconds: seconds)
  }

  @discardableResult
  mutating func send(
    _ body: String, group: String? = nil, key: String? = nil, delay: Int? = nil
  ) throws(SQSError) -> SentMessage {
    let message = OutgoingMessage(body: body, delay: delay, groupID: group, deduplicationID: key)
    return try queue.send(message, now: now)
  }

  mutating func receive(_ maximum: Int = 10, timeout: Int? = nil, attempt: String? = nil) throws(SQSError)
    -> [ReceivedMessage]
  {
    let request = ReceiveRequest(maximum: maximum, visibilityTimeout: timeout, attemptID: attempt)
    return try queue.receive(request, hasDeadLetterQueue: false, now: now).messages
  }

  mutating func bodies(_ maximum: Int = 10, timeout: Int? = nil) throws(SQSError) -> [String] {
    try receive(maximum, timeout: timeout).map(\.message.content.body)
  }

  mutating func delete(_ message: ReceivedMessage) throws(SQSError) {
    try queue.delete(message.receiptHandle, now: now)
  }

  mutating func show(_ message: ReceivedMessage, after seconds: Int = 0) throws(SQSError) {
    try queue.changeVisibility(message.receiptHandle, seconds: seconds, now: now)
  }
}
