extension SQSClient {
  /// A batch call, and what became of each of its entries.
  func batch(_ operation: String, ids: [String], body: () -> some Encodable) async throws -> BatchResult {
    guard !ids.isEmpty else { return BatchResult() }
    guard ids.count <= Self.batchLimit, Set(ids).count == ids.count else {
      throw AWSError(
        code: .invalidRequest, operation: operation,
        message:
          "\(ids.count) entries with \(Set(ids).count) ids; a batch takes up to \(Self.batchLimit), each with an "
          + "id of its own")
    }
    let answer = try await service.call(operation, body: body(), timeout: Self.callTimeout, as: BatchAnswer.self)
    return BatchResult(answer, sent: ids)
  }
}

/// The answer of every batch call. Either list may be missing.
struct BatchAnswer: Decodable {
  struct Success: Decodable {
    var id: String
    var messageID: String?

    enum CodingKeys: String, CodingKey {
      case id = "Id"
      case messageID = "MessageId"
    }
  }

  struct Failure: Decodable {
    var id: String
    var senderFault: Bool?
    var code: String?
    var message: String?

    enum CodingKeys: String, CodingKey {
      case id = "Id"
      case senderFault = "SenderFault"
      case code = "Code"
      case message = "Message"
    }
  }

  var successful: [Success]?
  var failed: [Failure]?

  enum CodingKeys: String, CodingKey {
    case successful = "Successful"
    case failed = "Failed"
  }
}

extension BatchResult {
  /// The code of an entry that the answer does not mention. It may have succeeded: what it did is safe to repeat, except
  /// on SendMessageBatch.
  package static let missingFromAnswer = "MissingFromAnswer"

  /// Sorts every id that was sent into one of the two lists. An id in both counts as failed: repeating an entry that
  /// succeeded does less harm than forgetting one that did not.
  init(_ answer: BatchAnswer, sent ids: [String]) {
    let failures = Dictionary((answer.failed ?? []).map { ($0.id, $0) }) { first, _ in first }
    let successes = Dictionary((answer.successful ?? []).map { ($0.id, $0) }) { first, _ in first }
    self.init()
    for id in ids {
      if let failure = failures[id] {
        failed.append(
          Failure(
            id: id, senderFault: failure.senderFault ?? false,
            awsCode: AWSError.shapeName(failure.code ?? "") ?? "Unknown", message: failure.message ?? ""))
      } else if let success = successes[id] {
        successful.append(id)
        messageIDs[id] = success.messageID
      } else {
        failed.append(
          Failure(
            id: id, senderFault: false, awsCode: Self.missingFromAnswer,
            message: "the answer says neither that it succeeded nor that it failed"))
      }
    }
  }
}
