import SQSD

/// One moment by both clocks of a machine.
struct Moment: Sendable {
  /// Milliseconds since 1970, rounded down, by the clock that people set: it says what is due, and may jump.
  var wall: Int64
  /// By the clock that only ever goes on: it measures deadlines and waits.
  var instant: ContinuousClock.Instant

  /// The last whole second by the wall clock.
  var second: Timestamp { Timestamp(millisecondsSince1970: wall) }

  /// When the wall clock will show a time, unless it is set meanwhile.
  func instant(at time: Timestamp) -> ContinuousClock.Instant {
    instant.advanced(by: .milliseconds(time.secondsSince1970 * 1000 - wall))
  }

  /// How much later than a time it is; negative before it.
  func age(of time: Timestamp) -> Duration {
    .milliseconds(wall - time.secondsSince1970 * 1000)
  }
}
