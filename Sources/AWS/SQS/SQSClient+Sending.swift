import FoundationEssentials

extension SQSClient {
  /// SendMessage. After an error that leaves open whether it arrived (`AWSError.isAmbiguous`), sending again makes a second
  /// message, unless the queue is a FIFO one and the deduplication id is the same; then only is it sent again by itself.
  package func send(
    _ message: OutgoingMessage, to queueURL: String, deadline: ContinuousClock.Instant? = nil
  ) async throws -> SentMessage {
    let answer = try await service.call(
      "SendMessage", body: SendRequest(queueURL: queueURL, content: MessageContent(message)),
      terms: Self.sendingTerms([message], deadline), as: SendAnswer.self)
    return SentMessage(id: answer.messageID, sequenceNumber: answer.sequenceNumber)
  }

  /// SendMessageBatch of at most `batchLimit` messages, together at most 1 MiB; the ids are those of the entries. After an
  /// ambiguous error it is sent again by itself if every message has a deduplication id.
  package func send(
    _ messages: [(id: String, message: OutgoingMessage)], to queueURL: String, deadline: ContinuousClock.Instant? = nil
  ) async throws -> BatchResult {
    let operation = "SendMessageBatch"
    let terms = Self.sendingTerms(messages.map(\.message), deadline)
    return try await batch(operation, ids: messages.map(\.id)) {
      let body = SendBatchRequest(
        queueURL: queueURL, entries: messages.map { .init(id: $0.id, content: MessageContent($0.message)) })
      return try await service.call(operation, body: body, terms: terms)
    }
  }

  private static func sendingTerms(_ messages: [OutgoingMessage], _ deadline: ContinuousClock.Instant?) -> CallTerms {
    CallTerms(
      timeout: callTimeout,
      repeatability: messages.allSatisfy { $0.deduplicationID != nil } ? .always : .unlessAmbiguous, deadline: deadline)
  }
}

private struct SendAnswer: Decodable {
  var messageID: String
  var sequenceNumber: String?

  enum CodingKeys: String, CodingKey {
    case messageID = "MessageId"
    case sequenceNumber = "SequenceNumber"
  }
}

private struct SendRequest: Encodable {
  var queueURL: String
  var content: MessageContent

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(queueURL, forKey: .queueURL)
    try content.encode(to: encoder)
  }
}

private struct SendBatchRequest: Encodable {
  struct Entry: Encodable {
    var id: String
    var content: MessageContent

    enum CodingKeys: String, CodingKey {
      case id = "Id"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try content.encode(to: encoder)
    }
  }

  var queueURL: String
  var entries: [Entry]

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case entries = "Entries"
  }
}

/// The members that SendMessage and an entry of SendMessageBatch have in common.
private struct MessageContent: Encodable {
  struct Attribute: Encodable {
    var dataType: String
    var string: String?
    var binary: Data?

    enum CodingKeys: String, CodingKey {
      case dataType = "DataType"
      case string = "StringValue"
      case binary = "BinaryValue"
    }
  }

  var body: String
  var delay: Int?
  var attributes: [String: Attribute]?
  var systemAttributes: [String: Attribute]?
  var deduplicationID: String?
  var groupID: String?

  enum CodingKeys: String, CodingKey {
    case body = "MessageBody"
    case delay = "DelaySeconds"
    case attributes = "MessageAttributes"
    case systemAttributes = "MessageSystemAttributes"
    case deduplicationID = "MessageDeduplicationId"
    case groupID = "MessageGroupId"
  }

  init(_ message: OutgoingMessage) {
    body = message.body
    delay = message.delay
    deduplicationID = message.deduplicationID
    groupID = message.groupID
    systemAttributes = message.traceHeader.map { ["AWSTraceHeader": Attribute(dataType: "String", string: $0)] }
    guard !message.attributes.isEmpty else { return }
    attributes = Dictionary(message.attributes.map { ($0.name, Attribute($0)) }) { _, last in last }
  }
}

extension MessageContent.Attribute {
  fileprivate init(_ attribute: MessageAttribute) {
    dataType = attribute.dataType
    switch attribute.value {
    case .string(let text): string = text
    // JSONEncoder writes Data in base64, which is the protocol's form of a blob.
    case .binary(let bytes): binary = Data(bytes)
    }
  }
}
