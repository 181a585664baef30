import Settings

/// How long a failed message stays hidden when that grows with its receives: `base`, doubled each time, at most `cap`.
struct RetryBackoff: Sendable, Equatable, CustomStringConvertible {
  /// SQS hides a message for 12 hours at most.
  static let range = 1...43_200

  let base: Duration
  let cap: Duration

  init(base: Duration, cap: Duration) {
    self.base = base
    self.cap = max(base, cap)
  }

  /// Reads `10..600`, seconds.
  init(parsing text: String) throws(SettingFault) {
    let parts = text.split(separator: "..", omittingEmptySubsequences: false)
    guard parts.count == 2, let base = Self.seconds(parts[0]), let cap = Self.seconds(parts[1]) else {
      throw SettingFault(
        "is not BASE..CAP, two whole numbers of seconds from \(Self.range.lowerBound) to \(Self.range.upperBound), "
          + "such as 10..600")
    }
    guard base <= cap else { throw SettingFault("has a base that is larger than its cap") }
    self.init(base: .seconds(base), cap: .seconds(cap))
  }

  private static func seconds(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text), range.contains(value) else {
      return nil
    }
    return value
  }

  /// The pause after the receive of this number, counted from 1. `jitter` from 0 to 1 chooses between half of it and all of
  /// it, so that messages which failed together do not come back together.
  func delay(receiveCount: Int, jitter: Double) -> Duration {
    // Sixteen doublings of one second are longer than SQS can hide a message, and no count overflows.
    let doublings = min(max(receiveCount, 1) - 1, 16)
    let (seconds, attoseconds) = min(cap, base * (1 << doublings)).components
    // In whole milliseconds: a Duration divided or multiplied by a Double is no longer exact.
    let full = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    let half = full / 2
    return .milliseconds(half + Int(Double(full - half) * min(max(jitter, 0), 1)))
  }

  var description: String { "\(base.components.seconds)..\(cap.components.seconds)" }
}
