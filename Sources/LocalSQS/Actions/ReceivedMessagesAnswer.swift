/// The answer to ReceiveMessage. An empty one has no member `Messages` at all.
struct ReceivedMessagesAnswer: Encodable, Sendable {
  let messages: [ReceivedMessageAnswer]?

  enum CodingKeys: String, CodingKey {
    case messages = "Messages"
  }
}

struct ReceivedMessageAnswer: Encodable, Sendable {
  let messageID: String
  let receiptHandle: String
  let bodyDigest: String
  let body: String
  let systemAttributes: [String: String]?
  /// Of the attributes in this answer, not of all the message has: clients compute it from what they see.
  let attributesDigest: String?
  let attributes: [String: MessageAttributeWire]?

  enum CodingKeys: String, CodingKey {
    case messageID = "MessageId"
    case receiptHandle = "ReceiptHandle"
    case bodyDigest = "MD5OfBody"
    case body = "Body"
    case systemAttributes = "Attributes"
    case attributesDigest = "MD5OfMessageAttributes"
    case attributes = "MessageAttributes"
  }

  init(_ received: ReceivedMessage, attributes: AttributeNames, systemAttributes: Set<String>, region: String) {
    let message = received.message
    messageID = message.id
    receiptHandle = received.receiptHandle
    bodyDigest = message.bodyDigest
    body = message.content.body
    let chosen = message.content.attributes.filter { attributes.contains($0.key) }
    attributesDigest = MessageDigest.attributes(chosen)
    self.attributes = chosen.isEmpty ? nil : chosen.mapValues { MessageAttributeWire($0) }
    let system = SystemAttributes.texts(of: message, asked: systemAttributes, region: region)
    self.systemAttributes = system.isEmpty ? nil : system
  }
}
