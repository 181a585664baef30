import Curl
import FoundationEssentials

/// One attempt of one call to a service that speaks AWS JSON: encode, sign, send, judge the answer.
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
  let now: @Sendable () -> Date
  let signer: SigV4Signer

  init(
    client: CurlClient, endpoint: Endpoint, targetPrefix: String, contentType: String,
    credentials: any CredentialProvider, now: @escaping @Sendable () -> Date
  ) {
    self.client = client
    self.endpoint = endpoint
    self.targetPrefix = targetPrefix
    self.contentType = contentType
    self.credentials = credentials
    self.now = now
    signer = SigV4Signer(region: endpoint.region, service: endpoint.service.signingName)
  }

  /// The answer of a call that succeeded; throws `AWSError` for everything else.
  func call(
    _ operation: String, payload: [UInt8], timeout: Duration, answerLimit: Int = JSONService.answerLimit
  ) async throws -> CurlResponse {
    let request = try await signedRequest(operation, payload: payload, timeout: timeout, answerLimit: answerLimit)
    let answer: CurlResponse
    do {
      answer = try await client.execute(request)
    } catch let error as CurlError {
      throw AWSError(operation: operation, transport: error)
    }
    guard answer.status == 200 else { throw AWSError(operation: operation, answer: answer, localDate: now()) }
    return answer
  }

  /// The same with a body that is encoded as JSON.
  func call(_ operation: String, body: some Encodable, timeout: Duration) async throws -> CurlResponse {
    let payload: [UInt8]
    do {
      payload = try Array(JSONEncoder().encode(body))
    } catch {
      // The encoder's own error would show the value that it failed at.
      throw AWSError(code: .invalidRequest, operation: operation, message: "the request cannot be written as JSON")
    }
    return try await call(operation, payload: payload, timeout: timeout)
  }

  /// The same with the answer read as JSON. Empty answers count as `{}`.
  func call<Answer: Decodable>(
    _ operation: String, body: some Encodable, timeout: Duration, as type: Answer.Type
  ) async throws -> Answer {
    let answer = try await call(operation, body: body, timeout: timeout)
    do {
      return try JSONDecoder().decode(type, from: answer.body.isEmpty ? Data("{}".utf8) : Data(answer.body))
    } catch {
      throw answer.unreadable(operation, because: error.whereAndWhat)
    }
  }

  private func signedRequest(
    _ operation: String, payload: [UInt8], timeout: Duration, answerLimit: Int
  ) async throws -> CurlRequest {
    let credentials: Credentials
    do {
      credentials = try await self.credentials.credentials()
    } catch var error as AWSError {
      error.operation = error.operation ?? operation
      throw error
    } catch is CancellationError {
      throw AWSError(code: .cancelled, operation: operation, message: "cancelled while fetching credentials")
    } catch {
      throw AWSError(code: .credentials, operation: operation, message: "no credentials: \(error)")
    }
    // The host is sent as it is signed: libcurl writes addresses in a form of its own.
    var headers = [
      (name: "Host", value: endpoint.hostHeader), (name: "Content-Type", value: contentType),
      (name: "X-Amz-Target", value: "\(targetPrefix).\(operation)"),
    ]
    headers += signer.headers(
      for: SigV4Request(method: "POST", path: endpoint.path, headers: headers, body: payload),
      credentials: credentials, date: now())
    return CurlRequest(
      method: "POST", url: endpoint.url, headers: headers, body: payload, connectTimeout: Self.connectTimeout,
      totalTimeout: timeout, keptBodyLimit: answerLimit, bodyLimit: answerLimit)
  }
}

extension CurlResponse {
  /// The error of an answer whose status is success and whose content is not to be understood.
  func unreadable(_ operation: String, because reason: String) -> AWSError {
    AWSError(
      code: .badAnswer, operation: operation, message: "the answer of \(bodyLength) bytes cannot be read: \(reason)",
      status: status, requestID: header("x-amzn-requestid"), dateHeader: header("date"))
  }
}

extension Error {
  /// A decoding error in one line, without the value it is about.
  fileprivate var whereAndWhat: String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.isEmpty ? "the answer" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch self as? DecodingError {
    case .keyNotFound(let key, let context): return "\(path(context)) lacks \(key.stringValue)"
    case .typeMismatch(_, let context): return "\(path(context)) has the wrong type"
    case .valueNotFound(_, let context): return "\(path(context)) is null"
    case .dataCorrupted(let context): return "\(path(context)) is not valid JSON"
    default: return "\(type(of: self))"
    }
  }
}
