import Curl

/// Asks the endpoints that AWS puts beside a workload: small answers, from near by, at once or not at all.
struct MetadataClient: Sendable {
  let client: CurlClient
  let sleep: @Sendable (Duration) async throws -> Void

  /// Up to `attempts` times, with a second between, while nobody answers or the answer is that somebody will soon.
  ///
  /// Throws `CancellationError`, or the `CurlError` of the last attempt.
  func answer(to request: CurlRequest, attempts: Int) async throws -> CurlResponse {
    var attempt = 0
    while true {
      attempt += 1
      do {
        let answer = try await client.execute(request)
        guard Self.isTemporary(answer.status), attempt < attempts else { return answer }
      } catch let error as CurlError {
        if error.code == .cancelled { throw CancellationError() }
        guard error.isWorthRepeating, attempt < attempts else { throw error }
      }
      try await sleep(.seconds(1))
    }
  }

  static func isTemporary(_ status: Int) -> Bool { status == 408 || status == 429 || status >= 500 }

  static func request(
    _ url: String, method: String = "GET", headers: [(name: String, value: String)], timeout: Duration
  ) -> CurlRequest {
    CurlRequest(
      method: method, url: url, headers: headers, connectTimeout: timeout, totalTimeout: timeout,
      keptBodyLimit: CredentialDocument.sizeLimit, bodyLimit: CredentialDocument.sizeLimit)
  }
}
