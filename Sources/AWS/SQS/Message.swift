/// A message as ReceiveMessage hands it out.
package struct Message: Sendable, Hashable {
  package var id: String
  /// Names this receive of the message, not the message: the next receive has another one.
  package var receiptHandle: String
  /// The bytes that the sender meant: JSON's escapes undone, nothing repaired.
  package var body: [UInt8]
  /// `ApproximateReceiveCount`, `SentTimestamp` and whatever else SQS says about the message; names it adds later appear
  /// here too.
  package var systemAttributes: [String: String]
  /// The sender's attributes, in the order of the answer.
  package var attributes: [MessageAttribute]
  /// Lower-case hexadecimal, already found to agree with `body`; nil when the server did not send it.
  package var md5OfBody: String?

  package init(
    id: String, receiptHandle: String, body: [UInt8], systemAttributes: [String: String] = [:],
    attributes: [MessageAttribute] = [], md5OfBody: String? = nil
  ) {
    self.id = id
    self.receiptHandle = receiptHandle
    self.body = body
    self.systemAttributes = systemAttributes
    self.attributes = attributes
    self.md5OfBody = md5OfBody
  }
}

// The system attributes by name (Amazon SQS API Reference, "ReceiveMessage"). A number that cannot be read is nil, as if
// it were absent: it describes the message, and does not decide whether it can be delivered.
extension Message {
  /// How often the message was received, this time included.
  package var receiveCount: Int? { systemAttributes["ApproximateReceiveCount"].flatMap { Int($0) } }
  /// When SQS took the message, in milliseconds since 1970.
  package var sentAt: Int64? { systemAttributes["SentTimestamp"].flatMap { Int64($0) } }
  /// When the message was first received, in milliseconds since 1970.
  package var firstReceivedAt: Int64? {
    systemAttributes["ApproximateFirstReceiveTimestamp"].flatMap { Int64($0) }
  }
  /// The sender's user id, or its role's id and session name.
  package var senderID: String? { systemAttributes["SenderId"] }
  /// The X-Ray trace that the message belongs to: "Root=1-…;Parent=…;Sampled=1".
  package var traceHeader: String? { systemAttributes["AWSTraceHeader"] }
  /// On a FIFO queue the group that keeps its order; on a standard queue the tenant of fair queues, without any order.
  package var messageGroupID: String? { systemAttributes["MessageGroupId"] }
}
