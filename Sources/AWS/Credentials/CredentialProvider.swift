/// What a client asks for credentials. It is asked before each attempt of each call, so a provider that fetches keeps what
/// it fetched until shortly before it expires.
package protocol CredentialProvider: Sendable {
  /// The set to sign with now. Throws an `AWSError` with the code `.credentials` when there is none, and with
  /// `.credentialsUnavailable` when there is none just now.
  func credentials() async throws -> Credentials

  /// A service has refused this set as expired or unknown, so it is worth asking for another.
  func refused(_ credentials: Credentials)
}

extension CredentialProvider {
  /// Most providers have nothing to do about it.
  package func refused(_ credentials: Credentials) {}
}

extension Credentials: CredentialProvider {
  /// A fixed set provides itself.
  package func credentials() async throws -> Credentials { self }
}
