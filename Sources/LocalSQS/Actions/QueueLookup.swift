internal import FoundationEssentials

// GetQueueUrl, ListQueues: finding queues.

struct GetQueueURL: QueueAction {
  let queueName: String?

  enum CodingKeys: String, CodingKey {
    case queueName = "QueueName"
  }

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> QueueURLAnswer {
    let queue = try store.queue(try required(queueName, "QueueName"))
    return QueueURLAnswer(queueURL: call.url(of: queue.name))
  }
}

struct ListQueues: QueueAction {
  let prefix: String?
  let maxResults: Int?
  let nextToken: String?

  enum CodingKeys: String, CodingKey {
    case prefix = "QueueNamePrefix"
    case maxResults = "MaxResults"
    case nextToken = "NextToken"
  }

  struct Answer: Encodable, Sendable {
    let queueURLs: [String]?
    let nextToken: String?

    enum CodingKeys: String, CodingKey {
      case queueURLs = "QueueUrls"
      case nextToken = "NextToken"
    }
  }

  /// Without MaxResults there are at most a thousand names and no token (API Reference, ListQueues).
  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> Answer {
    if let maxResults, !(1...1000).contains(maxResults) {
      throw .invalid("MaxResults", "\(maxResults)", "Must be between 1 and 1000, if provided.")
    }
    var names = store.names.filter { $0.hasPrefix(prefix ?? "") }
    if let nextToken {
      guard let data = Data(base64Encoded: nextToken), let last = String(validating: data, as: UTF8.self) else {
        throw .invalid("NextToken", nextToken, "The token is not one of an earlier answer.")
      }
      names.removeAll { $0 <= last }
    }
    let page = names.prefix(maxResults ?? 1000)
    let hasMore = maxResults != nil && page.count < names.count
    return Answer(
      queueURLs: page.isEmpty ? nil : page.map { call.url(of: $0) },
      nextToken: hasMore ? page.last.map { Data($0.utf8).base64EncodedString() } : nil)
  }
}
