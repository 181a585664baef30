import AWS

/// The attempt of a receive from a FIFO queue, under a name of its own: the same name brings the same messages again when
/// their first answer was lost (Amazon SQS API Reference, "ReceiveMessage", ReceiveRequestAttemptId).
enum ReceiveAttempt {
  /// Up to 32 hexadecimal digits by chance; SQS takes up to 128 letters, digits and punctuation.
  static func newID() -> String {
    let text = String(UInt64.random(in: 0 ... .max), radix: 16) + String(UInt64.random(in: 0 ... .max), radix: 16)
    return text
  }

  /// Whether SQS may have handed out messages although the call failed.
  static func mayHaveSucceeded(_ error: any Error) -> Bool {
    guard let error = error as? AWSError else { return false }
    return switch error.code {
    case .transport, .transient, .badAnswer: true
    default: false
    }
  }
}
