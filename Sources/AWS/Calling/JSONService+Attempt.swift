import Curl

/// One call's operation and body, the same in all attempts.
struct JSONRequest: Sendable {
  let operation: String
  let payload: [UInt8]
}

extension JSONService {
  /// One attempt: sign with the time of now, send, judge the answer. Throws `AWSError`.
  func attempt(
    _ request: JSONRequest, credentials: Credentials, offset: Double, timeout: Duration, answerLimit: Int,
    onFreshConnection: Bool
  ) async throws -> CurlResponse {
    // The host is sent as it is signed: libcurl writes addresses in a form of its own.
    var headers = [
      (name: "Host", value: endpoint.hostHeader), (name: "Content-Type", value: contentType),
      (name: "X-Amz-Target", value: "\(targetPrefix).\(request.operation)"),
    ]
    headers += signer.headers(
      for: SigV4Request(method: "POST", path: endpoint.path, headers: headers, body: request.payload),
      credentials: credentials, date: clock.now(offset: offset))
    let answer: CurlResponse
    do {
      answer = try await client.execute(
        CurlRequest(
          method: "POST", url: endpoint.url, headers: headers, body: request.payload,
          connectTimeout: Self.connectTimeout, totalTimeout: timeout, keptBodyLimit: answerLimit,
          bodyLimit: answerLimit, freshConnection: onFreshConnection))
    } catch let error as CurlError {
      throw AWSError(operation: request.operation, transport: error)
    }
    guard answer.status == 200 else {
      // Judged by the clock that it was signed with: another call may have corrected it meanwhile.
      throw AWSError(operation: request.operation, answer: answer, localDate: clock.now(offset: offset))
    }
    clock.wasAccepted(serverDate: answer.header("date").flatMap { HTTPDate.parse($0) })
    return answer
  }
}
