/// A message in a queue.
struct Message: Sendable {
  enum State: Hashable, Sendable {
    case delayed, visible, inFlight
  }

  /// Position in the order of arrival, over all queues of the store. Never seen from outside.
  let serial: UInt64
  let id: String
  let content: OutgoingMessage
  let bodyDigest: String
  /// The deduplication id in force: the producer's, or the digest of the body.
  let deduplicationID: String?
  let sequenceNumber: String?
  /// A dead-letter queue of a standard queue keeps it, so retention goes on from there.
  var sentAt: Timestamp
  var state: State = .visible
  /// Receives over the message's whole life, dead-letter queues included.
  var receiveCount = 0
  /// Receives since it came into this queue: what a redrive policy counts.
  var receivesHere = 0
  var firstReceivedAt: Timestamp?
  var lastReceivedAt: Timestamp?
  /// Names the latest receive; a receipt handle carries it.
  var ticket: UInt64 = 0
  /// False once the visibility of its latest receive was changed.
  var isUntouched = true
  /// The queue from which a redrive policy moved it here.
  var deadLetterSource: String?

  /// Every message of a FIFO queue has a group; on other queues the group orders nothing.
  var group: String { content.groupID ?? "" }
}

/// A message as a consumer gets it.
struct ReceivedMessage: Sendable {
  let message: Message
  let receiptHandle: String
}
