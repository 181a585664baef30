import Locks
import NIOCore

/// Says yes at most once a minute: for lines that a flood would otherwise fill the log with.
final class Seldom: Sendable {
  private let last = Locked<NIODeadline?>(nil)

  func isDue(now: NIODeadline = .now()) -> Bool {
    last.withLock { last in
      if let last, now - last < .minutes(1) { return false }
      last = now
      return true
    }
  }
}
