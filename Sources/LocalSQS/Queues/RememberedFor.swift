internal import DequeModule

/// Values that are forgotten a fixed time after they were noted: deduplication ids and receive attempts.
struct RememberedFor<Value: Sendable>: Sendable {
  let seconds: Int
  private var values: [String: (value: Value, notedAt: Timestamp)] = [:]
  private var order: Deque<(key: String, notedAt: Timestamp)> = []

  init(seconds: Int) {
    self.seconds = seconds
  }

  /// The value noted less than `seconds` ago.
  mutating func value(for key: String, now: Timestamp) -> Value? {
    forget(now: now)
    return values[key]?.value
  }

  /// A value noted again is remembered from now on.
  mutating func note(_ value: Value, for key: String, now: Timestamp) {
    forget(now: now)
    values[key] = (value, now)
    order.append((key, now))
  }

  mutating func forget(_ key: String) {
    values[key] = nil
  }

  private mutating func forget(now: Timestamp) {
    while let oldest = order.first, oldest.notedAt.adding(seconds: seconds) <= now {
      order.removeFirst()
      // It may have been noted anew since.
      if values[oldest.key]?.notedAt == oldest.notedAt { values[oldest.key] = nil }
    }
  }
}
