// ChangeMessageVisibility, ChangeMessageVisibilityBatch.

struct ChangeMessageVisibility: QueueAction {
  let queueURL: String?
  let receiptHandle: String?
  let visibilityTimeout: Int?

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case receiptHandle = "ReceiptHandle"
    case visibilityTimeout = "VisibilityTimeout"
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> NoAnswer {
    let name = try call.queueName(queueURL)
    let handle = try required(receiptHandle, "ReceiptHandle")
    let seconds = try required(visibilityTimeout, "VisibilityTimeout")
    try store.update(name) { (queue: inout Queue) throws(SQSError) in
      try queue.changeVisibility(handle, seconds: seconds, now: call.now)
    }
    return NoAnswer()
  }
}

struct ChangeMessageVisibilityBatch: QueueAction {
  struct Entry: BatchEntry {
    let id: String?
    let receiptHandle: String?
    let visibilityTimeout: Int?

    enum CodingKeys: String, CodingKey {
      case id = "Id"
      case receiptHandle = "ReceiptHandle"
      case visibilityTimeout = "VisibilityTimeout"
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
    let entries = try Batch.check(entries, kind: "ChangeMessageVisibilityBatch", limits: store.limits)
    return try store.update(name) { (queue: inout Queue) throws(SQSError) in
      Batch.run(entries) { (id, entry) throws(SQSError) in
        let handle = try required(entry.receiptHandle, "ReceiptHandle")
        let seconds = try required(entry.visibilityTimeout, "VisibilityTimeout")
        try queue.changeVisibility(handle, seconds: seconds, now: call.now)
        return BatchSuccess(id: id)
      }
    }
  }
}
