/// A moment in milliseconds since 1970, the resolution of SQS's own timestamps.
///
/// The store never reads a clock: every operation is told the time, so that tests decide it.
struct Timestamp: Hashable, Comparable, Sendable {
  var milliseconds: Int64

  init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  init(seconds: Int) {
    milliseconds = Int64(seconds) * 1000
  }

  var wholeSeconds: Int64 { milliseconds / 1000 }

  static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  func adding(seconds: Int) -> Timestamp {
    Timestamp(milliseconds: milliseconds + Int64(seconds) * 1000)
  }

  /// Time from `earlier` to this moment; negative when it lies in the future.
  func since(_ earlier: Timestamp) -> Duration {
    .milliseconds(milliseconds - earlier.milliseconds)
  }
}
