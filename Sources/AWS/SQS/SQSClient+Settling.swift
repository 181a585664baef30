extension SQSClient {
  /// DeleteMessage. On a standard queue it works a while after the visibility timeout too; on a FIFO queue it fails then.
  package func delete(
    receiptHandle: String, from queueURL: String, deadline: ContinuousClock.Instant? = nil
  ) async throws {
    _ = try await service.call(
      "DeleteMessage", body: SettlingRequest(queueURL: queueURL, receiptHandle: receiptHandle),
      terms: CallTerms(timeout: Self.callTimeout, deadline: deadline))
  }

  /// DeleteMessageBatch of at most `batchLimit` entries. An empty list makes no call.
  package func delete(
    _ entries: [BatchEntry], from queueURL: String, deadline: ContinuousClock.Instant? = nil
  ) async throws -> BatchResult {
    try await batch(
      "DeleteMessageBatch", ids: entries.map(\.id), terms: CallTerms(timeout: Self.callTimeout, deadline: deadline)
    ) {
      SettlingBatchRequest(
        queueURL: queueURL,
        entries: entries.map { .init(id: $0.id, receiptHandle: $0.receiptHandle, visibilityTimeout: nil) })
    }
  }

  /// ChangeMessageVisibility: hides the message for `seconds` (0–43200) from now, counted from neither its receive nor the
  /// timeout that runs. 0 shows it at once. More than 12 hours after the receive is an error, not a shorter time.
  package func changeVisibility(
    receiptHandle: String, to seconds: Int, in queueURL: String, deadline: ContinuousClock.Instant? = nil
  ) async throws {
    _ = try await service.call(
      "ChangeMessageVisibility",
      body: SettlingRequest(queueURL: queueURL, receiptHandle: receiptHandle, visibilityTimeout: seconds),
      terms: CallTerms(timeout: Self.callTimeout, deadline: deadline))
  }

  /// ChangeMessageVisibilityBatch of at most `batchLimit` entries. An empty list makes no call.
  package func changeVisibility(
    _ entries: [VisibilityEntry], in queueURL: String, deadline: ContinuousClock.Instant? = nil
  ) async throws -> BatchResult {
    try await batch(
      "ChangeMessageVisibilityBatch", ids: entries.map(\.id),
      terms: CallTerms(timeout: Self.callTimeout, deadline: deadline)
    ) {
      SettlingBatchRequest(
        queueURL: queueURL,
        entries: entries.map { .init(id: $0.id, receiptHandle: $0.receiptHandle, visibilityTimeout: $0.seconds) })
    }
  }
}

private struct SettlingRequest: Encodable {
  var queueURL: String
  var receiptHandle: String
  var visibilityTimeout: Int?

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case receiptHandle = "ReceiptHandle"
    case visibilityTimeout = "VisibilityTimeout"
  }
}

private struct SettlingBatchRequest: Encodable {
  struct Entry: Encodable {
    var id: String
    var receiptHandle: String
    var visibilityTimeout: Int?

    enum CodingKeys: String, CodingKey {
      case id = "Id"
      case receiptHandle = "ReceiptHandle"
      case visibilityTimeout = "VisibilityTimeout"
    }
  }

  var queueURL: String
  var entries: [Entry]

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case entries = "Entries"
  }
}
