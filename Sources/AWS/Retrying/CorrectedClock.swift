import Locks
package import FoundationEssentials

/// The local clock, put right by the servers' clocks.
///
/// One for a client and for what provides its credentials: whether a set has expired is a question to the same clock as
/// the one that signs.
package final class CorrectedClock: Sendable {
  private let local: @Sendable () -> Date
  private let skew = Locked(ClockSkew())

  package init(local: @escaping @Sendable () -> Date = { Date() }) { self.local = local }

  package func now() -> Date { now(offset: offset) }

  /// The time by the correction of another moment.
  func now(offset: Double) -> Date { local().addingTimeInterval(offset) }

  /// The correction in force, in seconds.
  var offset: Double { skew.withLock { $0.offset } }

  /// An answer has just come that succeeded.
  func wasAccepted(serverDate: Date?) {
    guard let serverDate else { return }
    let localDate = local()
    skew.withLock { $0.wasAccepted(serverDate: serverDate, localDate: localDate) }
  }

  /// An answer has just come that refuses a request's time, which was signed under the correction `offset`. False if its
  /// date shows nothing to correct: then only a later attempt can help.
  func wasRefused(serverDate: Date?, offset: Double) -> Bool {
    guard let serverDate else { return false }
    let localDate = local()
    let corrected = skew.withLock { skew in
      skew.wasRefused(serverDate: serverDate, localDate: localDate)
      return skew.offset
    }
    return abs(corrected - offset) > 1
  }
}
