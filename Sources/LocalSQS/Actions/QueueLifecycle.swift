// CreateQueue, DeleteQueue, PurgeQueue: queues come, go and are emptied.

struct CreateQueue: QueueAction {
  let queueName: String?
  let attributes: [String: String]?

  enum CodingKeys: String, CodingKey {
    case queueName = "QueueName"
    case attributes = "Attributes"
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> QueueURLAnswer {
    let name = try required(queueName, "QueueName")
    try store.create(name, attributes: attributes ?? [:], now: call.now)
    return QueueURLAnswer(queueURL: call.url(of: name))
  }
}

struct QueueURLAnswer: Encodable, Sendable {
  let queueURL: String

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
  }
}

struct DeleteQueue: QueueAction {
  let queueURL: String?

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> NoAnswer {
    try store.delete(try call.queueName(queueURL))
    return NoAnswer()
  }
}

struct PurgeQueue: QueueAction {
  let queueURL: String?

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> NoAnswer {
    try store.update(try call.queueName(queueURL)) { (queue: inout Queue) throws(SQSError) in
      try queue.purge(now: call.now)
    }
    return NoAnswer()
  }
}
