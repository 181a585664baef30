/// Credentials, and where they came from.
package struct FoundCredentials: Sendable, Hashable {
  package var credentials: Credentials
  /// For a log: `the environment`, `the profile "dev" (role arn:aws:iam::123456789012:role/worker)`. Holds no secret.
  package var source: String

  package init(_ credentials: Credentials, from source: String) {
    self.credentials = credentials
    self.source = source
  }
}
