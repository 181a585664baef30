/// The tokens that retries cost, one bucket for all calls of a client: while a service is down, retries must not multiply
/// what it has to bear.
struct RetryQuota: Sendable, Equatable {
  static let capacity = 500
  static let cost = 14
  /// Less, since the service said itself that it is well and only wants fewer calls.
  static let throttlingCost = 5
  /// What a call brings back that succeeded at its first attempt.
  static let ordinaryRefund = 1

  private(set) var tokens = capacity

  /// False if there are not enough; then none are taken.
  mutating func take(_ cost: Int) -> Bool {
    guard tokens >= cost else { return false }
    tokens -= cost
    return true
  }

  /// A call succeeded. It brings back what its last retry cost, nil if it had none.
  mutating func succeeded(lastCost: Int?) {
    tokens = min(Self.capacity, tokens + (lastCost ?? Self.ordinaryRefund))
  }
}
