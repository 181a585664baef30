extension BatchResult {
  /// The code of an entry that the answer does not mention. It may have succeeded: what it did is safe to repeat, except
  /// on SendMessageBatch.
  package static let missingFromAnswer = "MissingFromAnswer"

  /// Sorts every id that was sent into one of the two lists. An id in both counts as failed: repeating an entry that
  /// succeeded does less harm than forgetting one that did not.
  init(_ answer: BatchAnswer, sent ids: [String]) {
    let failures = Dictionary(answer.failed.map { ($0.id, $0) }) { first, _ in first }
    let successes = Dictionary(answer.successful.map { ($0.id, $0) }) { first, _ in first }
    self.init()
    for id in ids {
      if let failure = failures[id] {
        failed.append(
          Failure(
            id: id, senderFault: failure.senderFault,
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
