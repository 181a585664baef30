/// One message of a ChangeMessageVisibilityBatch.
package struct VisibilityEntry: Sendable, Hashable {
  /// Unique in its batch; up to 80 letters, digits, "-" and "_".
  package var id: String
  package var receiptHandle: String
  /// From now, 0–43200.
  package var seconds: Int

  package init(id: String, receiptHandle: String, seconds: Int) {
    self.id = id
    self.receiptHandle = receiptHandle
    self.seconds = seconds
  }
}
