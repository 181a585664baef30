/// Where credentials come from. It is asked before each attempt of each call, so a provider that fetches keeps what it
/// fetched until shortly before it expires.
package protocol CredentialProvider: Sendable {
  /// The set to sign with now. Throws an `AWSError` with the code `.credentials` when there is none.
  func credentials() async throws -> Credentials
}

extension Credentials: CredentialProvider {
  /// A fixed set provides itself.
  package func credentials() async throws -> Credentials { self }
}
