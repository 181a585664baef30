import Curl

extension SQSClient {
  /// A batch call, and what became of each of its entries.
  func batch(
    _ operation: String, ids: [String], call: () async throws -> CurlResponse
  ) async throws -> BatchResult {
    guard !ids.isEmpty else { return BatchResult() }
    guard ids.count <= Self.batchLimit, Set(ids).count == ids.count else {
      throw AWSError(
        code: .invalidRequest, operation: operation,
        message:
          "\(ids.count) entries with \(Set(ids).count) ids; a batch takes up to \(Self.batchLimit), each with an "
          + "id of its own")
    }
    let answer = try await call()
    do {
      return BatchResult(try BatchAnswer(answer: answer.body), sent: ids)
    } catch {
      throw answer.unreadable(operation, because: error.description)
    }
  }
}
