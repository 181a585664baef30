import Curl

extension SQSClient {
  /// Room for the largest JSON that a number of messages can be: a message is at most 1 MiB (Amazon SQS Developer Guide,
  /// "Amazon SQS message quotas"), a byte of it at most six in JSON (`\u0009`), and 64 KiB is plenty for the rest. A
  /// smaller limit would cut off the answer, again at every receive, until all its messages are in the dead-letter queue.
  static func answerLimit(messages: Int) -> Int { messages * (6 * 1_048_576 + 65_536) }

  /// ReceiveMessage: up to `maximum` messages (1–10), waiting up to `wait` seconds (0–20) for the first.
  ///
  /// `visibilityTimeout` is in seconds (0–43200), nil for the queue's own. `attemptID` is for FIFO queues: after a lost
  /// answer the same id brings the same messages again for 5 minutes. On a standard queue the messages of a lost answer
  /// stay hidden until their visibility timeout, so a running call is not to be cancelled needlessly. `mayRepeat` is asked before each
  /// further attempt, which is a new long poll: false once no more messages are wanted.
  package func receive(
    from queueURL: String, maximum: Int, wait: Int, visibilityTimeout: Int? = nil, attemptID: String? = nil,
    mayRepeat: @escaping @Sendable () -> Bool = { true }
  ) async throws -> ReceivedMessages {
    let maximum = min(max(maximum, 1), Self.batchLimit)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("QueueUrl", queueURL)
      writer.member("MaxNumberOfMessages", maximum)
      writer.member("WaitTimeSeconds", wait)
      if let visibilityTimeout { writer.member("VisibilityTimeout", visibilityTimeout) }
      if let attemptID { writer.member("ReceiveRequestAttemptId", attemptID) }
      // Without these two lists the answer has neither the receive count nor the sender's attributes.
      writer.array("MessageSystemAttributeNames") { $0.element("All") }
      writer.array("MessageAttributeNames") { $0.element("All") }
    }
    let answer = try await service.call(
      "ReceiveMessage", payload: writer.bytes,
      terms: CallTerms(
        timeout: .seconds(wait) + Self.receiveMargin, answerLimit: Self.answerLimit(messages: maximum),
        isLongPoll: wait > 0, mayRepeat: mayRepeat))
    do {
      return try ReceivedMessages(answer: answer.body)
    } catch {
      throw answer.unreadable("ReceiveMessage", because: error.description)
    }
  }
}
