import Curl
import FoundationEssentials

/// Gets the credentials of roles from STS.
struct RoleService: Sendable {
  static let attempts = 3
  private static let tokenLimit = 64 << 10

  let client: CurlClient
  let environment: [String: String]
  /// Where neither the environment nor the profile names one.
  let region: String?
  let now: @Sendable () -> Date
  let sleep: @Sendable (Duration) async throws -> Void

  func assume(_ role: AssumedRole, with found: FoundCredentials) async throws -> FoundCredentials {
    let source = "\(role.place) (role \(role.arn), assumed with \(found.source))"
    let sts = try client(source)
    let name = try sessionName(role.sessionName, source)
    let result = try await repeated(source, sts) {
      try await sts.assumeRole(
        role.arn, sessionName: name, externalID: role.externalID, duration: role.duration, with: found.credentials)
    }
    return FoundCredentials(result, from: source)
  }

  func assume(_ identity: WebIdentity) async throws -> FoundCredentials {
    let source = "\(identity.place) (role \(identity.roleARN))"
    let sts = try client(source)
    let name = try sessionName(identity.sessionName, source)
    let result = try await repeated(source, sts) {
      // Read at each attempt: Kubernetes replaces the token, and an expired one is cured by the next.
      let token = try token(identity.tokenFile, source)
      return try await sts.assumeRole(
        identity.roleARN, sessionName: name, webIdentityToken: token, duration: identity.duration)
    }
    return FoundCredentials(result, from: source)
  }

  private func client(_ source: String) throws -> STSClient {
    do {
      let resolution = try Endpoint.resolve(
        .sts, environment: environment, profile: ProfileSettings(environment: environment),
        found: region)
      return STSClient(client: client, endpoint: resolution.endpoint, now: now)
    } catch let error as AWSError {
      throw AWSError.credentials(source, error)
    }
  }

  private func repeated(
    _ source: String, _ sts: STSClient, _ call: () async throws -> Credentials
  ) async throws -> Credentials {
    var attempt = 0
    while true {
      attempt += 1
      do {
        return try await call()
      } catch let error as AWSError {
        if error.code == .credentials || error.code == .credentialsUnavailable { throw error }
        if error.transport?.code == .cancelled { throw CancellationError() }
        guard error.isRetryable, attempt < Self.attempts else {
          throw AWSError.credentials(
            "\(source) at \(sts.endpoint.url)", error,
            advice: error.code == .accessDenied
              ? "Check the role's trust policy, and that its name is spelt right" : nil)
        }
      }
      try await sleep(.seconds(attempt))
    }
  }

  /// IAM's rule for it; STS would refuse another with a regular expression.
  private func sessionName(_ given: String?, _ source: String) throws -> String {
    let name = given ?? "beanpole-\(Int64(now().timeIntervalSince1970))"
    guard (2...64).contains(name.utf8.count),
      name.utf8.allSatisfy({ RegionName.isLetterOrDigit($0) || "_+=,.@-".utf8.contains($0) })
    else {
      throw AWSError.credentials(
        source, "the role's session name must be 2 to 64 letters, digits or characters of _+=,.@-")
    }
    return name
  }

  private func token(_ path: String, _ source: String) throws -> Secret {
    let bytes: [UInt8]
    do {
      bytes = try SmallFile.read(path, limit: Self.tokenLimit)
    } catch {
      throw AWSError.credentials(source, "the token file \(path) \(error)", isTemporary: true)
    }
    let token = String(decoding: bytes, as: UTF8.self).withoutTrailingSpace
    guard !token.isEmpty else {
      throw AWSError.credentials(source, "the token file \(path) is empty", isTemporary: true)
    }
    return Secret(token)
  }
}

extension String {
  /// Without white space at its end.
  fileprivate var withoutTrailingSpace: String {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
