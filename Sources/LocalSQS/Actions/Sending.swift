// SendMessage, SendMessageBatch.

/// What one message consists of, in a request of its own and in a batch alike.
struct MessageWire: Decodable, Sendable {
  let body: String?
  let delay: Int?
  let attributes: [String: MessageAttributeWire]?
  let systemAttributes: [String: MessageAttributeWire]?
  let deduplicationID: String?
  let groupID: String?

  enum CodingKeys: String, CodingKey {
    case body = "MessageBody"
    case delay = "DelaySeconds"
    case attributes = "MessageAttributes"
    case systemAttributes = "MessageSystemAttributes"
    case deduplicationID = "MessageDeduplicationId"
    case groupID = "MessageGroupId"
  }

  func message() throws(SQSError) -> OutgoingMessage {
    OutgoingMessage(
      body: try required(body, "MessageBody"),
      attributes: try MessageAttributeWire.attributes(attributes),
      traceHeader: try MessageAttributeWire.traceHeader(systemAttributes),
      delay: delay, groupID: groupID, deduplicationID: deduplicationID)
  }
}

/// What the producer is told, by which it can check what arrived.
struct SentMessageAnswer: Encodable, Sendable {
  /// Only in a batch.
  let id: String?
  let messageID: String
  let bodyDigest: String
  let attributesDigest: String?
  let systemAttributesDigest: String?
  let sequenceNumber: String?

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case messageID = "MessageId"
    case bodyDigest = "MD5OfMessageBody"
    case attributesDigest = "MD5OfMessageAttributes"
    case systemAttributesDigest = "MD5OfMessageSystemAttributes"
    case sequenceNumber = "SequenceNumber"
  }

  init(id: String?, _ sent: SentMessage, _ message: OutgoingMessage) {
    self.id = id
    messageID = sent.id
    bodyDigest = MessageDigest.body(message.body)
    attributesDigest = MessageDigest.attributes(message.attributes)
    let trace = message.traceHeader.map { ["AWSTraceHeader": MessageAttribute(dataType: "String", value: .text($0))] }
    systemAttributesDigest = MessageDigest.attributes(trace ?? [:])
    sequenceNumber = sent.sequenceNumber
  }
}

struct SendMessage: QueueAction {
  let queueURL: String?
  let message: MessageWire

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
  }

  init(from decoder: any Decoder) throws {
    queueURL = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(String.self, forKey: .queueURL)
    message = try MessageWire(from: decoder)
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> SentMessageAnswer {
    let name = try call.queueName(queueURL)
    let message = try message.message()
    try MessageRules.check(message, limits: store.limits)
    let sent = try store.update(name) { (queue: inout Queue) throws(SQSError) in
      try queue.send(message, now: call.now)
    }
    return SentMessageAnswer(id: nil, sent, message)
  }
}

struct SendMessageBatch: QueueAction {
  struct Entry: BatchEntry {
    let id: String?
    let message: MessageWire

    enum CodingKeys: String, CodingKey {
      case id = "Id"
    }

    init(from decoder: any Decoder) throws {
      id = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(String.self, forKey: .id)
      message = try MessageWire(from: decoder)
    }
  }

  let queueURL: String?
  let entries: [Entry]?

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case entries = "Entries"
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> BatchAnswer<SentMessageAnswer> {
    let name = try call.queueName(queueURL)
    let limits = store.limits
    let entries = try Batch.check(entries, kind: "SendMessageBatch", limits: limits)
    var messages: [(id: String, entry: OutgoingMessage)] = []
    for (id, entry) in entries { messages.append((id, try entry.message.message())) }
    let bytes = messages.reduce(0) { $0 + $1.entry.byteCount }
    guard bytes <= limits.messageBytes else {
      throw SQSError(
        .batchRequestTooLong,
        "Batch requests cannot be longer than \(limits.messageBytes) bytes. You have sent \(bytes) bytes.")
    }
    return try store.update(name) { (queue: inout Queue) throws(SQSError) in
      Batch.run(messages) { (id, message) throws(SQSError) in
        try MessageRules.check(message, limits: limits)
        return SentMessageAnswer(id: id, try queue.send(message, now: call.now), message)
      }
    }
  }
}
