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
    let operation = "DeleteMessageBatch"
    let terms = CallTerms(timeout: Self.callTimeout, deadline: deadline)
    return try await batch(operation, ids: entries.map(\.id)) {
      try await service.call(operation, payload: Self.deletes(entries, queueURL), terms: terms)
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
    let operation = "ChangeMessageVisibilityBatch"
    let terms = CallTerms(timeout: Self.callTimeout, deadline: deadline)
    return try await batch(operation, ids: entries.map(\.id)) {
      try await service.call(operation, payload: Self.changes(entries, queueURL), terms: terms)
    }
  }

  private static func deletes(_ entries: [BatchEntry], _ queueURL: String) -> [UInt8] {
    payload(entries, queueURL) { writer, entry in
      writer.member("Id", entry.id)
      writer.member("ReceiptHandle", entry.receiptHandle)
    }
  }

  private static func changes(_ entries: [VisibilityEntry], _ queueURL: String) -> [UInt8] {
    payload(entries, queueURL) { writer, entry in
      writer.member("Id", entry.id)
      writer.member("ReceiptHandle", entry.receiptHandle)
      writer.member("VisibilityTimeout", entry.seconds)
    }
  }

  private static func payload<Entry>(
    _ entries: [Entry], _ queueURL: String, _ members: (inout JSONWriter, Entry) -> Void
  ) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("QueueUrl", queueURL)
      writer.array("Entries") { writer in
        for entry in entries { writer.object { members(&$0, entry) } }
      }
    }
    return writer.bytes
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
