/// What a claim is told apart by: each attempt to have a tick has a token of its own, whoever makes it.
struct ClaimToken: Sendable, Hashable, CustomStringConvertible {
  /// One start of one daemon, and no other.
  let owner: String
  /// Which of the owner's attempts to have this tick.
  let number: Int

  var description: String { "\(owner)/\(number)" }
}

/// What the table says of a tick.
struct ClaimRecord: Sendable, Hashable {
  enum State: String, Sendable {
    /// Somebody is about to send it.
    case claimed
    /// It was sent. Final.
    case sent
    /// Somebody claimed it and could not send it: anybody may.
    case free
  }

  var token: ClaimToken
  var state: State
}
