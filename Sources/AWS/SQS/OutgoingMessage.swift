/// A message to send.
package struct OutgoingMessage: Sendable, Hashable {
  /// At least one character, and with the attributes' names, types and values at most 1 MiB.
  package var body: String
  /// Seconds until it can be received, 0–900; nil for the queue's own delay. Not on FIFO queues.
  package var delay: Int?
  package var attributes: [MessageAttribute]
  /// The X-Ray trace that the message belongs to, sent as its one system attribute.
  package var traceHeader: String?
  /// Required on a FIFO queue.
  package var groupID: String?
  /// FIFO queues take the first message with an id and, for 5 minutes, drop others with it.
  package var deduplicationID: String?

  package init(
    body: String, delay: Int? = nil, attributes: [MessageAttribute] = [], traceHeader: String? = nil,
    groupID: String? = nil, deduplicationID: String? = nil
  ) {
    self.body = body
    self.delay = delay
    self.attributes = attributes
    self.traceHeader = traceHeader
    self.groupID = groupID
    self.deduplicationID = deduplicationID
  }
}
