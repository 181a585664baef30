import AWS

/// What the daemon needs of a queue.
protocol MessageQueue: Sendable {
  /// Up to `maximum` messages (1–10), waiting up to `wait` seconds for the first. With the same `attemptID` a FIFO queue
  /// hands out the same messages once more whose first answer was lost.
  /// A failed attempt may be repeated within the call as long as `mayRepeat` says so.
  func receive(
    maximum: Int, wait: Int, visibilityTimeout: Int, attemptID: String?, mayRepeat: @escaping @Sendable () -> Bool
  ) async throws -> ReceivedMessages
  /// Settles up to 10 messages of one kind of settlement; entries are named by their place in the list. Attempts within the
  /// call end at the deadline.
  func delete(_ receiptHandles: [String], deadline: ContinuousClock.Instant) async throws -> BatchResult
  func changeVisibility(
    _ changes: [(receiptHandle: String, seconds: Int)], deadline: ContinuousClock.Instant
  ) async throws -> BatchResult
}

/// A queue of Amazon SQS, by its URL.
struct SQSQueue: MessageQueue {
  let client: SQSClient
  let url: String

  func receive(
    maximum: Int, wait: Int, visibilityTimeout: Int, attemptID: String?, mayRepeat: @escaping @Sendable () -> Bool
  ) async throws -> ReceivedMessages {
    try await client.receive(
      from: url, maximum: maximum, wait: wait, visibilityTimeout: visibilityTimeout, attemptID: attemptID,
      mayRepeat: mayRepeat)
  }

  func delete(_ receiptHandles: [String], deadline: ContinuousClock.Instant) async throws -> BatchResult {
    try await client.delete(
      receiptHandles.enumerated().map { BatchEntry(id: "\($0.offset)", receiptHandle: $0.element) }, from: url,
      deadline: deadline)
  }

  func changeVisibility(
    _ changes: [(receiptHandle: String, seconds: Int)], deadline: ContinuousClock.Instant
  ) async throws -> BatchResult {
    try await client.changeVisibility(
      changes.enumerated().map {
        VisibilityEntry(id: "\($0.offset)", receiptHandle: $0.element.receiptHandle, seconds: $0.element.seconds)
      }, in: url, deadline: deadline)
  }
}
