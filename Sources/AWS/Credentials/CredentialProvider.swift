/// What a client asks for credentials. It is asked before each attempt of each call, so a provider that fetches keeps what
/// it fetched until shortly before it expires.
package protocol CredentialProvider: Sendable {
  /// The set to sign with now. Throws an `AWSError` with the code `.credentials` when there is none, and with
  /// `.credentialsUnavailable` when there is none just now.
  func credentials() async throws -> Credentials

  /// AWS does not accept this set, or not any more: one that can be fetched anew is not to be given out again.
  ///
  /// Each call tells it at most once, then asks for credentials again, and gives up if they are the same. Many calls may
  /// tell it of one set, also after it has been replaced.
  func refused(_ credentials: Credentials) async
}

extension CredentialProvider {
  /// What comes from a fixed source cannot be replaced.
  package func refused(_ credentials: Credentials) async {}
}

extension Credentials: CredentialProvider {
  /// A fixed set provides itself.
  package func credentials() async throws -> Credentials { self }
}
