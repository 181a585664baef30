extension SQSClient {
  /// GetQueueUrl: the URL of the queue of that name, of another account if its twelve digits are given.
  package func queueURL(name: String, accountID: String? = nil) async throws -> String {
    try await service.call(
      "GetQueueUrl", body: QueueURLRequest(name: name, accountID: accountID),
      terms: CallTerms(timeout: Self.callTimeout),
      as: QueueURLAnswer.self
    ).queueURL
  }

  /// GetQueueAttributes: all of them, or those named. All values are strings, also those of numbers.
  package func attributes(
    of queueURL: String, names: [String] = ["All"]
  ) async throws -> [String: String] {
    try await service.call(
      "GetQueueAttributes", body: AttributesRequest(queueURL: queueURL, names: names),
      terms: CallTerms(timeout: Self.callTimeout),
      as: AttributesAnswer.self
    ).attributes ?? [:]
  }
}

private struct QueueURLRequest: Encodable {
  var name: String
  var accountID: String?

  enum CodingKeys: String, CodingKey {
    case name = "QueueName"
    case accountID = "QueueOwnerAWSAccountId"
  }
}

private struct QueueURLAnswer: Decodable {
  var queueURL: String

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
  }
}

private struct AttributesRequest: Encodable {
  var queueURL: String
  var names: [String]

  enum CodingKeys: String, CodingKey {
    case queueURL = "QueueUrl"
    case names = "AttributeNames"
  }
}

private struct AttributesAnswer: Decodable {
  var attributes: [String: String]?

  enum CodingKeys: String, CodingKey {
    case attributes = "Attributes"
  }
}
