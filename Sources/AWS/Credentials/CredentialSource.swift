/// One of the places where credentials may be.
protocol CredentialSource: Sendable {
  /// Throws when the place is the one that is meant and gives none: nobody else is asked then, as that could be another
  /// identity.
  func look() async throws -> SourceAnswer
}

enum SourceAnswer {
  case found(FoundCredentials)
  /// Nothing names this place. Why, in half a sentence: "AWS_ACCESS_KEY_ID is not set".
  case absent(String)
}
