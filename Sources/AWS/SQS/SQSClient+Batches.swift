extension SQSClient {
  /// A batch call, and what became of each of its entries.
  func batch(
    _ operation: String, ids: [String], terms: CallTerms, body: () -> some Encodable
  ) async throws -> BatchResult {
    guard !ids.isEmpty else { return BatchResult() }
    guard ids.count <= Self.batchLimit, Set(ids).count == ids.count else {
      throw AWSError(
        code: .invalidRequest, operation: operation,
        message:
          "\(ids.count) entries with \(Set(ids).count) ids; a batch takes up to \(Self.batchLimit), each with an "
          + "id of its own")
    }
    let answer = try await service.call(operation, body: body(), terms: terms, as: BatchAnswer.self)
    return BatchResult(answer, sent: ids)
  }
}
