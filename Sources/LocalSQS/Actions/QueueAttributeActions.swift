// GetQueueAttributes, SetQueueAttributes.

struct GetQueueAttributes: QueueAction {
  let queueURL: String?
  let names: [String]?

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case names = "AttributeNames"
  }

  struct Answer: Encodable, Sendable {
    /// Nil when none was asked for.
    let attributes: [String: String]?

    enum CodingKeys: String, CodingKey {
      case attributes = "Attributes"
    }
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> Answer {
    let name = try call.queueName(queueURL)
    let all = try store.update(name) { (queue: inout Queue) throws(SQSError) in
      queue.advance(to: call.now)
      return queue.texts(region: call.region)
    }
    var answer: [String: String] = [:]
    for name in names ?? [] {
      if name == "All" {
        answer = all
      } else if let text = all[name] {
        answer[name] = text
      } else if !Self.optional.contains(name) {
        throw SQSError(.invalidAttributeName, "Unknown Attribute \(name).")
      }
    }
    return Answer(attributes: answer.isEmpty ? nil : answer)
  }

  /// Real attributes that not every queue has.
  private static let optional: Set<String> = QueueAttributes.inertNames.union([
    "RedrivePolicy", "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
  ])
}

extension Queue {
  /// All attributes, the counted and the fixed ones too.
  fileprivate func texts(region: String) -> [String: String] {
    var texts = attributes.texts(isFIFO: isFIFO, region: region)
    texts["QueueArn"] = QueueARN.text(name, region: region)
    texts["CreatedTimestamp"] = "\(createdAt.wholeSeconds)"
    texts["LastModifiedTimestamp"] = "\(modifiedAt.wholeSeconds)"
    texts["ApproximateNumberOfMessages"] = "\(visibleCount)"
    texts["ApproximateNumberOfMessagesNotVisible"] = "\(inFlight.count)"
    texts["ApproximateNumberOfMessagesDelayed"] = "\(delayed.count)"
    return texts
  }
}

struct SetQueueAttributes: QueueAction {
  let queueURL: String?
  let attributes: [String: String]?

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case attributes = "Attributes"
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> NoAnswer {
    let name = try call.queueName(queueURL)
    let attributes = try required(attributes, "Attributes")
    try store.setAttributes(attributes, of: name, now: call.now)
    return NoAnswer()
  }
}
