/// A role to assume, as a profile describes it.
struct AssumedRole: Sendable, Equatable {
  let arn: String
  let sessionName: String?
  let externalID: String?
  let duration: Int?
  /// What asks for it, for sentences.
  let place: String
}
