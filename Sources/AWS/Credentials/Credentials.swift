package import FoundationEssentials

/// What a request is signed with. One value holds all three parts, so that no request mixes the parts of two sets.
package struct Credentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
  package let accessKeyID: String
  package let secretAccessKey: Secret
  /// Present in temporary credentials only.
  package let sessionToken: Secret?
  /// When they cease to work; nil for those that do not, or whose source does not say.
  package let expiration: Date?

  package init(accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil, expiration: Date? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
  }

  /// Both make the same signatures, whatever is known of their ends.
  func signsLike(_ other: Credentials) -> Bool {
    accessKeyID == other.accessKeyID && secretAccessKey == other.secretAccessKey && sessionToken == other.sessionToken
  }

  /// The last four characters of the access key's id: enough to tell two sets apart.
  package var description: String {
    let end = accessKeyID.count > 8 ? String(accessKeyID.suffix(4)) : ""
    return "credentials …\(end)\(sessionToken == nil ? "" : " (temporary)")"
  }

  package var debugDescription: String { description }
}
