/// A role to assume with a token that somebody else has signed: on EKS that of the service account.
struct WebIdentity: Sendable, Equatable {
  let roleARN: String
  let tokenFile: String
  let sessionName: String?
  let duration: Int?
  /// What asks for it, for sentences.
  let place: String
}

/// `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME` (EKS, "IAM roles for service accounts").
struct EnvironmentWebIdentity: CredentialSource {
  let environment: [String: String]
  let roles: RoleService

  func look() async throws -> SourceAnswer {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    guard let file = value("AWS_WEB_IDENTITY_TOKEN_FILE") else {
      return .absent("AWS_WEB_IDENTITY_TOKEN_FILE is not set")
    }
    let place = "web identity"
    guard let arn = value("AWS_ROLE_ARN") else {
      throw AWSError.credentials(
        place, "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not; set both or neither")
    }
    return .found(
      try await roles.assume(
        WebIdentity(
          roleARN: arn, tokenFile: file, sessionName: value("AWS_ROLE_SESSION_NAME"), duration: nil, place: place)))
  }
}
