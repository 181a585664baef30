import Locks

/// Tasks that wait for a refresh that another task performs.
struct RefreshWaiters {
  enum Outcome: Sendable {
    case succeeded(Credentials)
    case failed(AWSError)
    /// Whoever refreshed was cancelled, or was done before the wait began.
    case lookAgain
    case cancelled
  }

  private var continuations: [UInt64: CheckedContinuation<Outcome, Never>] = [:]
  private var lastKey: UInt64 = 0

  var count: Int { continuations.count }

  mutating func newKey() -> UInt64 {
    lastKey += 1
    return lastKey
  }

  mutating func add(_ continuation: CheckedContinuation<Outcome, Never>, key: UInt64) {
    continuations[key] = continuation
  }

  mutating func remove(_ key: UInt64) -> CheckedContinuation<Outcome, Never>? {
    continuations.removeValue(forKey: key)
  }

  mutating func removeAll() -> [CheckedContinuation<Outcome, Never>] {
    defer { continuations.removeAll() }
    return Array(continuations.values)
  }
}
