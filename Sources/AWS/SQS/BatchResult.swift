/// What became of each entry of a batch call.
///
/// A batch call succeeds as a call even if all its entries fail, so there is nothing to learn from it but this. Every id
/// that was sent is in exactly one of the two lists.
package struct BatchResult: Sendable, Hashable {
  /// One entry that failed.
  package struct Failure: Sendable, Hashable, CustomStringConvertible {
    package var id: String
    /// The request is at fault: sending the same entry again is useless.
    package var senderFault: Bool
    /// "ReceiptHandleIsInvalid", "InternalError" and so on, without namespace or legacy prefix.
    package var awsCode: String
    package var message: String

    package init(id: String, senderFault: Bool, awsCode: String, message: String) {
      self.id = id
      self.senderFault = senderFault
      self.awsCode = awsCode
      self.message = AWSError.shortened(message)
    }

    /// The kind of failure, by the same names as an error of a whole call.
    package var code: AWSError.Code {
      AWSError.Code(awsCode: awsCode) ?? (senderFault ? .invalidRequest : .transient)
    }

    package var description: String {
      "entry \(id) failed: \(awsCode)\(message.isEmpty ? "" : ": \(message)")"
    }
  }

  /// The ids of the entries that succeeded, in the order in which they were sent.
  package var successful: [String]
  /// The entries that failed, and those that the answer does not mention, in the order in which they were sent.
  package var failed: [Failure]
  /// For SendMessageBatch: the id that SQS gave the message, by the entry's id.
  package var messageIDs: [String: String]

  package init(successful: [String] = [], failed: [Failure] = [], messageIDs: [String: String] = [:]) {
    self.successful = successful
    self.failed = failed
    self.messageIDs = messageIDs
  }
}
