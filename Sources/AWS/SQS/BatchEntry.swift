/// One message of a DeleteMessageBatch.
package struct BatchEntry: Sendable, Hashable {
  /// Unique in its batch; up to 80 letters, digits, "-" and "_".
  package var id: String
  package var receiptHandle: String

  package init(id: String, receiptHandle: String) {
    self.id = id
    self.receiptHandle = receiptHandle
  }
}
