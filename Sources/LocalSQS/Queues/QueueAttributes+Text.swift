extension QueueAttributes {
  /// Applies attributes as a client writes them: everything is text. On an error nothing has changed.
  mutating func set(_ given: [String: String], isFIFO: Bool, limits: QueueLimits) throws(SQSError) {
    var changed = self
    for (name, text) in given.sorted(by: { $0.key < $1.key }) {
      try changed.set(name, text, isFIFO: isFIFO, limits: limits)
    }
    guard changed.throughputLimit == "perQueue" || changed.deduplicationScope == .messageGroup else {
      throw SQSError(
        .invalidAttributeValue,
        "FifoThroughputLimit perMessageGroupId needs the DeduplicationScope messageGroup.")
    }
    self = changed
  }

  private mutating func set(_ name: String, _ text: String, isFIFO: Bool, limits: QueueLimits) throws(SQSError) {
    switch name {
    case "VisibilityTimeout": visibilityTimeout = try Self.number(name, text, 0...limits.visibilityTimeout)
    case "DelaySeconds": delay = try Self.number(name, text, 0...limits.delay)
    case "MaximumMessageSize": maximumMessageSize = try Self.number(name, text, limits.maximumMessageSize)
    case "MessageRetentionPeriod": retention = try Self.number(name, text, limits.retention)
    case "ReceiveMessageWaitTimeSeconds": wait = try Self.number(name, text, 0...limits.wait)
    case "RedrivePolicy": redrive = text.isEmpty ? nil : try RedrivePolicy(attribute: text, limits: limits)
    case "FifoQueue":
      guard isFIFO, text == "true" else { throw Self.badValue(name) }
    case "ContentBasedDeduplication" where isFIFO:
      guard text == "true" || text == "false" else { throw Self.badValue(name) }
      contentBasedDeduplication = text == "true"
    case "DeduplicationScope" where isFIFO:
      guard let scope = DeduplicationScope(rawValue: text) else { throw Self.badValue(name) }
      deduplicationScope = scope
    case "FifoThroughputLimit" where isFIFO:
      guard text == "perQueue" || text == "perMessageGroupId" else { throw Self.badValue(name) }
      throughputLimit = text
    case _ where Self.inertNames.contains(name): inert[name] = text.isEmpty ? nil : text
    default: throw SQSError(.invalidAttributeName, "Unknown Attribute \(name).")
    }
  }

  /// Attributes as a client reads them.
  func texts(isFIFO: Bool, region: String) -> [String: String] {
    var texts = inert
    texts["VisibilityTimeout"] = "\(visibilityTimeout)"
    texts["DelaySeconds"] = "\(delay)"
    texts["MaximumMessageSize"] = "\(maximumMessageSize)"
    texts["MessageRetentionPeriod"] = "\(retention)"
    texts["ReceiveMessageWaitTimeSeconds"] = "\(wait)"
    texts["RedrivePolicy"] = redrive?.attribute(region: region)
    texts["SqsManagedSseEnabled"] = inert["SqsManagedSseEnabled"] ?? "false"
    if isFIFO {
      texts["FifoQueue"] = "true"
      texts["ContentBasedDeduplication"] = "\(contentBasedDeduplication)"
      texts["DeduplicationScope"] = deduplicationScope.rawValue
      texts["FifoThroughputLimit"] = throughputLimit
    }
    return texts
  }

  private static func number(_ name: String, _ text: String, _ range: ClosedRange<Int>) throws(SQSError) -> Int {
    guard let number = Int(text), range.contains(number) else { throw badValue(name) }
    return number
  }

  private static func badValue(_ name: String) -> SQSError {
    SQSError(.invalidAttributeValue, "Invalid value for the parameter \(name).")
  }
}
