/// What SQS calls a message that it took.
package struct SentMessage: Sendable, Hashable {
  package var id: String
  /// On FIFO queues only.
  package var sequenceNumber: String?
}
