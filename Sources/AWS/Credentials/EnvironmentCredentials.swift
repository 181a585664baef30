/// Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, with `AWS_SECURITY_TOKEN` as the
/// last one's old name (AWS SDKs and Tools Reference Guide, "AWS access keys").
///
/// An empty variable counts as one that is not set.
package struct EnvironmentCredentials: CredentialProvider {
  private let keyID: Credentials.Part
  private let secret: Credentials.Part
  private let token: Credentials.Part?

  package init(environment: [String: String]) {
    func part(_ name: String) -> Credentials.Part { Credentials.Part(name, environment[name]) }
    keyID = part("AWS_ACCESS_KEY_ID")
    secret = part("AWS_SECRET_ACCESS_KEY")
    token = ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"].lazy.map(part).first { $0.value != nil }
  }

  /// The environment is meant to be the source: an error of it is an error, and no other source is asked instead, which
  /// might be another identity.
  package var applies: Bool { keyID.value != nil || secret.value != nil }

  package func credentials() async throws -> Credentials {
    try Credentials(source: nil, keyID: keyID, secret: secret, token: token)
  }
}

extension EnvironmentCredentials: CredentialSource {
  func look() async throws -> SourceAnswer {
    guard applies else { return .absent("AWS_ACCESS_KEY_ID is not set") }
    return .found(FoundCredentials(try await credentials(), from: "the environment"))
  }
}
