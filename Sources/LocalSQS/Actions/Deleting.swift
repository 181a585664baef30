// DeleteMessage, DeleteMessageBatch.

struct DeleteMessage: QueueAction {
  let queueURL: String?
  let receiptHandle: String?

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case receiptHandle = "ReceiptHandle"
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> NoAnswer {
    let name = try call.queueName(queueURL)
    let handle = try required(receiptHandle, "ReceiptHandle")
    try store.update(name) { (queue: inout Queue) throws(SQSError) in
      try queue.delete(handle, now: call.now)
    }
    return NoAnswer()
  }
}

struct DeleteMessageBatch: QueueAction {
  struct Entry: BatchEntry {
    let id: String?
    let receiptHandle: String?

    enum CodingKeys: String, CodingKey {
      case id = "Id"
      case receiptHandle = "ReceiptHandle"
    }
  }

  let queueURL: String?
  let entries: [Entry]?

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case entries = "Entries"
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> BatchAnswer<BatchSuccess> {
    let name = try call.queueName(queueURL)
    let entries = try Batch.check(entries, kind: "DeleteMessageBatch", limits: store.limits)
    return try store.update(name) { (queue: inout Queue) throws(SQSError) in
      Batch.run(entries) { (id, entry) throws(SQSError) in
        try queue.delete(try required(entry.receiptHandle, "ReceiptHandle"), now: call.now)
        return BatchSuccess(id: id)
      }
    }
  }
}
