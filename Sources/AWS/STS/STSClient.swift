import Curl
import FoundationEssentials

/// AWS STS over its Query protocol, as far as roles go: a form goes out, XML comes back. Each call is one attempt.
struct STSClient: Sendable {
  static let version = "2011-06-15"
  static let timeout: Duration = .seconds(10)
  static let answerLimit = 64 << 10

  let client: CurlClient
  let endpoint: Endpoint
  let now: @Sendable () -> Date

  func assumeRole(
    _ arn: String, sessionName: String, externalID: String?, duration: Int?, with credentials: Credentials
  ) async throws -> Credentials {
    try await call(
      "AssumeRole",
      [
        ("RoleArn", arn), ("RoleSessionName", sessionName), ("DurationSeconds", duration.map { "\($0)" }),
        ("ExternalId", externalID),
      ], signedWith: credentials)
  }

  /// Not signed: the token stands for the caller.
  func assumeRole(
    _ arn: String, sessionName: String, webIdentityToken: Secret, duration: Int?
  ) async throws -> Credentials {
    try await call(
      "AssumeRoleWithWebIdentity",
      [
        ("RoleArn", arn), ("RoleSessionName", sessionName), ("DurationSeconds", duration.map { "\($0)" }),
        ("WebIdentityToken", webIdentityToken.exposed),
      ], signedWith: nil)
  }

  private func call(
    _ operation: String, _ parameters: [(name: String, value: String?)], signedWith credentials: Credentials?
  ) async throws -> Credentials {
    let fields =
      [(name: "Action", value: operation), (name: "Version", value: Self.version)]
      + parameters.compactMap { parameter in parameter.value.map { (name: parameter.name, value: $0) } }
    let body = Array(FormBody.text(fields).utf8)
    var headers = [(name: "Host", value: endpoint.hostHeader), (name: "Content-Type", value: FormBody.contentType)]
    if let credentials {
      let signer = SigV4Signer(region: endpoint.region, service: endpoint.service.signingName)
      headers += signer.headers(
        for: SigV4Request(method: "POST", path: endpoint.path, headers: headers, body: body),
        credentials: credentials, date: now())
    }
    let answer: CurlResponse
    do {
      answer = try await client.execute(
        CurlRequest(
          method: "POST", url: endpoint.url, headers: headers, body: body,
          connectTimeout: JSONService.connectTimeout, totalTimeout: Self.timeout, keptBodyLimit: Self.answerLimit,
          bodyLimit: Self.answerLimit))
    } catch let error as CurlError {
      throw AWSError(operation: operation, transport: error)
    }
    guard answer.status == 200 else { throw AWSError(operation: operation, queryAnswer: answer, localDate: now()) }
    return try Self.credentials(in: answer, operation)
  }

  private static func credentials(in answer: CurlResponse, _ operation: String) throws -> Credentials {
    let leaves: XMLLeaves
    do {
      leaves = try XMLLeaves(answer.body)
    } catch {
      throw answer.unreadable(operation, because: "\(error)")
    }
    let path = "\(operation)Response/\(operation)Result/Credentials/"
    func part(_ name: String) -> Credentials.Part { Credentials.Part(name, leaves[path + name]) }
    guard let moment = leaves[path + "Expiration"].flatMap({ Timestamp.parse($0) }) else {
      throw answer.unreadable(operation, because: "it has no Expiration that is a time")
    }
    do {
      return try Credentials(
        source: nil, keyID: part("AccessKeyId"), secret: part("SecretAccessKey"), token: part("SessionToken"),
        expiration: moment)
    } catch let error as AWSError {
      throw answer.unreadable(operation, because: error.message)
    }
  }
}
