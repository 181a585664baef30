extension MessageHeaders {
  /// What the headers of a request say. Header names are matched in any case; a header that is missing or cannot be
  /// read is nil and never an error, because clones of aws-sqsd differ and people replay jobs by hand. Of a header
  /// that comes twice the first counts.
  package static func decode(_ fields: some Sequence<(name: String, value: String)>) -> MessageContext {
    var context = MessageContext()
    var task: (name: String?, time: Timestamp?)
    var attributeNames: Set<String> = []
    for field in fields {
      let name = field.name.lowercased()
      let value = HeaderText.trimmed(field.value)
      switch meanings[name] {
      case .messageID: context.messageID = context.messageID ?? nonEmpty(value)
      case .queue: context.queue = context.queue ?? nonEmpty(value)
      case .receiveCount: context.receiveCount = context.receiveCount ?? count(value)
      case .firstReceivedAt: context.firstReceivedAt = context.firstReceivedAt ?? Timestamp(parsing: value)
      case .sentAt: context.sentAt = context.sentAt ?? Timestamp(parsing: value)
      case .senderID: context.senderID = context.senderID ?? nonEmpty(value)
      case .path: context.path = context.path ?? value
      case .taskName: task.name = task.name ?? value
      case .scheduledAt: task.time = task.time ?? Timestamp(parsing: value)
      case .traceID: context.traceHeader = context.traceHeader ?? nonEmpty(value)
      case .messageGroupID: context.messageGroupID = context.messageGroupID ?? nonEmpty(value)
      case .attributesOmitted: context.omittedAttributes = count(value) ?? 0
      case nil:
        guard name.hasPrefix(lowercasedAttributePrefix), attributeNames.insert(name).inserted else { continue }
        context.attributes.append(.init(name: String(field.name.dropFirst(attributePrefix.count)), value: value))
      }
    }
    if task.name != nil || task.time != nil {
      context.task = PeriodicTask(name: task.name ?? "", scheduledAt: task.time)
    }
    return context
  }

  private enum Meaning: CaseIterable {
    case messageID, queue, receiveCount, firstReceivedAt, sentAt, senderID, path, taskName, scheduledAt, traceID
    case messageGroupID, attributesOmitted

    var header: String {
      switch self {
      case .messageID: MessageHeaders.messageID
      case .queue: MessageHeaders.queue
      case .receiveCount: MessageHeaders.receiveCount
      case .firstReceivedAt: MessageHeaders.firstReceivedAt
      case .sentAt: MessageHeaders.sentAt
      case .senderID: MessageHeaders.senderID
      case .path: MessageHeaders.path
      case .taskName: MessageHeaders.taskName
      case .scheduledAt: MessageHeaders.scheduledAt
      case .traceID: MessageHeaders.traceID
      case .messageGroupID: MessageHeaders.messageGroupID
      case .attributesOmitted: MessageHeaders.attributesOmitted
      }
    }
  }

  private static let meanings = Dictionary(
    uniqueKeysWithValues: Meaning.allCases.map { ($0.header.lowercased(), $0) })
  private static let lowercasedAttributePrefix = attributePrefix.lowercased()

  private static func nonEmpty(_ value: String) -> String? {
    value.isEmpty ? nil : value
  }

  private static func count(_ value: String) -> Int? {
    Int(value).flatMap { $0 >= 0 ? $0 : nil }
  }
}
