import Curl
import FoundationEssentials
import Locks

/// Calls to a service that speaks AWS JSON: encode, attempt until it succeeds or is not worth another attempt, decode.
struct JSONService: Sendable {
  static let connectTimeout: Duration = .milliseconds(3_100)
  /// Answers other than ReceiveMessage's hold ids, codes and attributes: kilobytes.
  static let answerLimit = 1_048_576

  let client: CurlClient
  let endpoint: Endpoint
  /// What stands before the operation's name in `X-Amz-Target`.
  let targetPrefix: String
  let contentType: String
  let credentials: any CredentialProvider
  let clock: CorrectedClock
  let policy: RetryPolicy
  let pauses: Pauses
  let signer: SigV4Signer
  private let quota = Locked(RetryQuota())

  init(
    client: CurlClient, endpoint: Endpoint, targetPrefix: String, contentType: String,
    credentials: any CredentialProvider, clock: CorrectedClock, policy: RetryPolicy = .standard, pauses: Pauses = .real
  ) {
    self.client = client
    self.endpoint = endpoint
    self.targetPrefix = targetPrefix
    self.contentType = contentType
    self.credentials = credentials
    self.clock = clock
    self.policy = policy
    self.pauses = pauses
    signer = SigV4Signer(region: endpoint.region, service: endpoint.service.signingName)
  }

  /// The answer of a call that succeeded; throws `AWSError` for everything else.
  func call(_ operation: String, payload: [UInt8], terms: CallTerms) async throws -> CurlResponse {
    try await attempts(JSONRequest(operation: operation, payload: payload), terms)
  }

  /// The same with a body that is encoded as JSON.
  func call(_ operation: String, body: some Encodable, terms: CallTerms) async throws -> CurlResponse {
    let payload: [UInt8]
    do {
      payload = try Array(JSONEncoder().encode(body))
    } catch {
      // The encoder's own error would show the value that it failed at.
      throw AWSError(code: .invalidRequest, operation: operation, message: "the request cannot be written as JSON")
    }
    return try await call(operation, payload: payload, terms: terms)
  }

  /// The same with the answer read as JSON. Empty answers count as `{}`.
  func call<Answer: Decodable>(
    _ operation: String, body: some Encodable, terms: CallTerms, as type: Answer.Type
  ) async throws -> Answer {
    let answer = try await call(operation, body: body, terms: terms)
    do {
      return try JSONDecoder().decode(type, from: answer.body.isEmpty ? Data("{}".utf8) : Data(answer.body))
    } catch {
      // Not worth another attempt: the call has had its effect, and a server that answers so once does it again.
      throw answer.unreadable(operation, because: error.whereAndWhat)
    }
  }

  private func attempts(_ request: JSONRequest, _ terms: CallTerms) async throws -> CurlResponse {
    var plan = RetryPlan(policy: policy, repeatability: terms.repeatability, isLongPoll: terms.isLongPoll)
    var onFreshConnection = terms.repeatability == .unlessAmbiguous
    var refusal: (credentials: Credentials, error: AWSError)?
    while true {
      let credentials = try await currentCredentials(request.operation)
      // The provider has nothing better than what was refused.
      if let refusal, refusal.credentials.signsLike(credentials) { throw refusal.error }
      let offset = clock.offset
      var failure: AWSError
      do {
        let answer = try await attempt(
          request, credentials: credentials, offset: offset, timeout: try timeLeft(request.operation, terms),
          answerLimit: terms.answerLimit, onFreshConnection: onFreshConnection)
        quota.withLock { $0.succeeded(lastCost: plan.lastCost) }
        return answer
      } catch let error as AWSError {
        failure = error
      }
      let isRemedied = await remedy(failure, credentials: refusal == nil ? credentials : nil, offset: offset)
      let jitter = pauses.jitter()
      let step = quota.withLock { plan.next(after: failure, isRemedied: isRemedied, jitter: jitter, quota: &$0) }
      failure.attempts = plan.attempts
      switch step {
      case .end: throw failure
      case .endAfter(let pause):
        if terms.mayRepeat() { try await sleep(pause, after: failure) }
        throw failure
      case .again(let pause, let isFresh):
        guard terms.mayRepeat(), !isOver(terms.deadline, in: pause) else { throw failure }
        try await sleep(pause, after: failure)
        guard terms.mayRepeat() else { throw failure }
        onFreshConnection = onFreshConnection || isFresh
        if isRemedied, failure.code != .clockSkew { refusal = (credentials, failure) }
      }
    }
  }

  /// Removes the cause of a failure where that can be done; true if it was. The credentials are those that may be
  /// replaced: none after they were once, since it is not their age that is wrong then.
  private func remedy(_ failure: AWSError, credentials: Credentials?, offset: Double) async -> Bool {
    switch failure.code {
    case .clockSkew:
      return clock.wasRefused(serverDate: failure.serverDate, offset: offset)
    case .expiredCredentials, .invalidCredentials:
      guard let credentials else { return false }
      await self.credentials.refused(credentials)
      return true
    default: return false
    }
  }

  private func currentCredentials(_ operation: String) async throws -> Credentials {
    do {
      return try await credentials.credentials()
    } catch var error as AWSError {
      error.operation = error.operation ?? operation
      throw error
    } catch is CancellationError {
      throw AWSError(code: .cancelled, operation: operation, message: "cancelled while fetching credentials")
    } catch {
      throw AWSError(code: .credentials, operation: operation, message: "no credentials: \(error)")
    }
  }

  private func isOver(_ deadline: ContinuousClock.Instant?, in pause: Duration) -> Bool {
    deadline.map { pauses.now().advanced(by: pause) >= $0 } ?? false
  }

  /// How long the next attempt may take.
  private func timeLeft(_ operation: String, _ terms: CallTerms) throws -> Duration {
    guard let deadline = terms.deadline else { return terms.timeout }
    let left = pauses.now().duration(to: deadline)
    guard left > .zero else {
      throw AWSError(code: .cancelled, operation: operation, message: "not sent, its time is over")
    }
    return min(terms.timeout, left)
  }

  private func sleep(_ pause: Duration, after failure: AWSError) async throws {
    guard pause > .zero else { return }
    do {
      try await pauses.sleep(pause)
    } catch {
      throw AWSError(
        code: .cancelled, operation: failure.operation,
        message: "cancelled between two attempts, the first of which failed: \(failure.awsCode ?? failure.message)",
        status: failure.status, requestID: failure.requestID)
    }
  }
}
