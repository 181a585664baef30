import FoundationEssentials

/// By how much the local clock is wrong, as far as the `Date` headers of answers tell.
///
/// Both dates of a call must be those of the answer's arrival: a long poll lasts 20 seconds.
struct ClockSkew: Sendable, Equatable {
  /// AWS refuses signatures that are further off ("Signature expired: … is now earlier than … (… - 5 min.)").
  static let tolerated = 300.0

  /// Seconds to add to the local clock.
  private(set) var offset = 0.0

  /// A request was refused for its time.
  mutating func wasRefused(serverDate: Date, localDate: Date) {
    offset = serverDate.timeIntervalSince(localDate)
  }

  /// A request was accepted. Its date has a resolution of a second and may be a little old, so it counts only when it
  /// shows a clock so wrong that the next request may be refused.
  mutating func wasAccepted(serverDate: Date, localDate: Date) {
    let difference = serverDate.timeIntervalSince(localDate)
    if abs(difference - offset) > Self.tolerated { offset = difference }
  }
}
