import AWS
import Locks

/// Pauses that take no time and are written down; the clock moves by them and by nothing else.
final class RecordedPauses: Sendable {
  static let start = ContinuousClock.now

  private let slept = Locked<[Duration]>([])
  let jitter: Double

  init(jitter: Double = 1) { self.jitter = jitter }

  var all: [Duration] { slept.withLock { $0 } }
  var elapsed: Duration { all.reduce(.zero, +) }

  var pauses: Pauses {
    Pauses(
      now: { Self.start.advanced(by: self.elapsed) }, sleep: { pause in self.slept.withLock { $0.append(pause) } },
      jitter: { self.jitter })
  }
}
