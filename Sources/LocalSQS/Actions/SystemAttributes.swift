/// What SQS itself tells about a message; every value is text.
enum SystemAttributes {
  static let names: Set<String> = [
    "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp", "SequenceNumber",
    "MessageDeduplicationId", "MessageGroupId", "AWSTraceHeader", "DeadLetterQueueSourceArn",
  ]

  /// No IAM user has this id; real ones begin so.
  private static let sender = "AIDALOCALSQS000000000"

  static func texts(of message: Message, asked: Set<String>, region: String) -> [String: String] {
    guard !asked.isEmpty else { return [:] }
    var texts = [
      "SenderId": sender,
      "SentTimestamp": "\(message.sentAt.milliseconds)",
      "ApproximateReceiveCount": "\(message.receiveCount)",
    ]
    texts["ApproximateFirstReceiveTimestamp"] = message.firstReceivedAt.map { "\($0.milliseconds)" }
    texts["SequenceNumber"] = message.sequenceNumber
    texts["MessageDeduplicationId"] = message.deduplicationID
    texts["MessageGroupId"] = message.content.groupID
    texts["AWSTraceHeader"] = message.content.traceHeader
    texts["DeadLetterQueueSourceArn"] = message.deadLetterSource.map { QueueARN.text($0, region: region) }
    return asked.contains("All") ? texts : texts.filter { asked.contains($0.key) }
  }
}
