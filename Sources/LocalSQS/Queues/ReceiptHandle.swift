internal import FoundationEssentials

/// Names one receive of one message of one queue. Opaque outside, and checked, so that a handle of another queue, of an
/// earlier run of the program or of a client's own making is told apart from one that is merely old.
struct ReceiptHandle: Hashable, Sendable {
  let queue: UInt64
  let message: UInt64
  let ticket: UInt64

  /// Real handles begin so, and contain `+` and `/`; a client that mangles them should fail here, not in production.
  private static let prefix = "AQEB"

  init(queue: UInt64, message: UInt64, ticket: UInt64) {
    self.queue = queue
    self.message = message
    self.ticket = ticket
  }

  /// Nil for anything that `text(salt:)` has not made with the same salt.
  init?(_ text: String, salt: UInt64) {
    guard text.hasPrefix(Self.prefix), text.utf8.count == 48,
      let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))), data.count == 32
    else { return nil }
    let words = (0..<4).map { word in
      data.dropFirst(word * 8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    self.init(queue: words[0] ^ words[3], message: words[1] ^ words[3], ticket: words[2] ^ words[3])
    // Compared as text, because base64 has several spellings of the same bytes.
    guard self.text(salt: salt) == text else { return nil }
  }

  func text(salt: UInt64) -> String {
    let check = check(salt: salt)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    // The check also veils the small numbers, which would otherwise be long rows of the letter A.
    for word in [queue ^ check, message ^ check, ticket ^ check, check] {
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return Self.prefix + Data(bytes).base64EncodedString()
  }

  /// Catches accidents, not attackers. The mixing step is that of SplitMix64 (Steele, Lea, Flood 2014).
  private func check(salt: UInt64) -> UInt64 {
    [queue, message, ticket].reduce(salt) { SplitMix64.mix($0 &+ $1 &+ SplitMix64.step) }
  }
}
