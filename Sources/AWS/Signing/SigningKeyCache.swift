import Locks
import Crypto

/// The signing key of the day, kept because deriving it costs as much as the signature itself.
///
/// It holds one key: a signer has one region and one service, and its credentials change every few hours. A new secret or
/// a new day replaces it.
final class SigningKeyCache: Sendable {
  private struct Entry: Sendable {
    let secret: Secret
    let day: String
    let key: SymmetricKey
  }

  private let entry = Locked<Entry?>(nil)

  func key(secret: Secret, day: String, derive: (String) -> SymmetricKey) -> SymmetricKey {
    if let entry = entry.withLock({ $0 }), entry.day == day, entry.secret == secret { return entry.key }
    // Two tasks may both derive here; they get the same key, and neither waits for the other.
    let key = derive(day)
    entry.withLock { $0 = Entry(secret: secret, day: day, key: key) }
    return key
  }
}
