/// What one ReceiveMessage brought.
package struct ReceivedMessages: Sendable, Hashable {
  /// A message of the answer that must not be delivered: it lacks a member, has one of the wrong type, is not valid
  /// Unicode, or its MD5 disagrees.
  ///
  /// It stays in the queue, hidden until its visibility timeout: the redrive policy takes care of one that never gets
  /// better. The others of the answer are not affected.
  package struct Refused: Sendable, Hashable, CustomStringConvertible {
    /// Its place in the answer, from 0: the only name of a message without a readable id.
    package var index: Int
    package var messageID: String?
    package var receiptHandle: String?
    /// What is wrong, without any of the message's content.
    package var reason: String

    package var description: String {
      "message \(messageID ?? "number \(index + 1) of the answer") is not delivered: \(reason)"
    }
  }

  package var messages: [Message] = []
  package var refused: [Refused] = []

  package init(messages: [Message] = [], refused: [Refused] = []) {
    self.messages = messages
    self.refused = refused
  }
}
