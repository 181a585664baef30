package import FoundationEssentials

/// What an operator should hear about credentials: each is a change, reported once.
package enum CredentialEvent: Sendable {
  /// The first set, or the first from another source than before.
  case found(source: String, expiration: Date?)
  /// A refresh failed, the first since one succeeded. The set in use, if there is one, is used until `validUntil`.
  case refreshFailed(AWSError, validUntil: Date?)
  /// A refresh succeeded after one or more that failed.
  case recovered(source: String, expiration: Date?)
}
