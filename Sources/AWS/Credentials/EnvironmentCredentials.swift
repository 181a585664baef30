/// Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, with `AWS_SECURITY_TOKEN` as the
/// last one's old name (AWS SDKs and Tools Reference Guide, "AWS access keys").
///
/// An empty variable counts as one that is not set.
package struct EnvironmentCredentials: CredentialProvider {
  private let keyID: String?
  private let secret: Secret?
  private let token: (name: String, value: Secret)?

  package init(environment: [String: String]) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    keyID = value("AWS_ACCESS_KEY_ID")
    secret = value("AWS_SECRET_ACCESS_KEY").map { Secret($0) }
    token =
      ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"].lazy
      .compactMap { name in value(name).map { (name: name, value: Secret($0)) } }.first
  }

  /// The environment is meant to be the source: an error of it is an error, and no other source is asked instead, which
  /// might be another identity.
  package var applies: Bool { keyID != nil || secret != nil }

  package func credentials() async throws -> Credentials {
    switch (keyID, secret) {
    case (nil, nil):
      throw AWSError(
        code: .credentials,
        message: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; roles and profiles are not available yet")
    case (_?, nil):
      throw AWSError(
        code: .credentials, message: "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not; set both or neither")
    case (nil, _?):
      throw AWSError(
        code: .credentials, message: "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not; set both or neither")
    case (let keyID?, let secret?):
      try Self.refuseWhiteSpace("AWS_ACCESS_KEY_ID", keyID)
      try Self.refuseWhiteSpace("AWS_SECRET_ACCESS_KEY", secret.exposed)
      if let token { try Self.refuseWhiteSpace(token.name, token.value.exposed) }
      return Credentials(accessKeyID: keyID, secretAccessKey: secret, sessionToken: token?.value)
    }
  }

  /// Neither part ever has any, and all but the secret go into headers. The usual cause is a line break that came along
  /// from a file; without this check it shows as a wrong signature.
  private static func refuseWhiteSpace(_ name: String, _ value: String) throws {
    guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw AWSError(
        code: .credentials,
        message: "\(name) contains a space, a line break or a character that is not ASCII; look for one at its end")
    }
  }
}
