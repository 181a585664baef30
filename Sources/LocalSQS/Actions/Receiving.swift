/// ReceiveMessage. Unlike the other actions it may have to wait, so it only says what is wanted; `QueueHost` does it.
struct ReceiveMessage: Decodable, Sendable {
  let queueURL: String?
  let maximum: Int?
  let wait: Int?
  let visibilityTimeout: Int?
  let systemAttributeNames: [String]?
  /// The older name of the same member; both are honoured.
  let olderAttributeNames: [String]?
  let attributeNames: [String]?
  let attemptID: String?

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case maximum = "MaxNumberOfMessages"
    case wait = "WaitTimeSeconds"
    case visibilityTimeout = "VisibilityTimeout"
    case systemAttributeNames = "MessageSystemAttributeNames"
    case olderAttributeNames = "AttributeNames"
    case attributeNames = "MessageAttributeNames"
    case attemptID = "ReceiveRequestAttemptId"
  }

  /// Checks everything that needs no queue. Whether it is a short poll is known once the queue is.
  func request(limits: QueueLimits) throws(SQSError) -> ReceiveRequest {
    let maximum = maximum ?? 1
    guard (1...limits.batchEntries).contains(maximum) else {
      throw .invalid(
        "MaxNumberOfMessages", "\(maximum)", "Must be between 1 and \(limits.batchEntries), if provided.")
    }
    if let wait, !(0...limits.wait).contains(wait) {
      throw .invalid("WaitTimeSeconds", "\(wait)", "Must be >= 0 and <= \(limits.wait), if provided.")
    }
    if let visibilityTimeout, !(0...limits.visibilityTimeout).contains(visibilityTimeout) {
      throw .invalid(
        "VisibilityTimeout", "\(visibilityTimeout)", "Must be between 0 and \(limits.visibilityTimeout), if provided.")
    }
    try MessageRules.checkToken("ReceiveRequestAttemptId", attemptID, limits: limits)
    for name in systemNames where name != "All" && !SystemAttributes.names.contains(name) {
      throw SQSError(.invalidAttributeName, "Unknown Attribute \(name).")
    }
    return ReceiveRequest(maximum: maximum, visibilityTimeout: visibilityTimeout, attemptID: attemptID)
  }

  func answer(_ messages: [ReceivedMessage], region: String) -> ReceivedMessagesAnswer {
    let wanted = AttributeNames(attributeNames ?? [])
    let systemNames = Set(systemNames)
    return ReceivedMessagesAnswer(
      messages: messages.isEmpty
        ? nil
        : messages.map {
          ReceivedMessageAnswer($0, attributes: wanted, systemAttributes: systemNames, region: region)
        })
  }

  private var systemNames: [String] { (systemAttributeNames ?? []) + (olderAttributeNames ?? []) }
}
