/// The time of the loop's latest look at the clock: callbacks of libcurl's come several times in a turn of the loop, and
/// need no more exact one.
final class LoopClock {
  private(set) var now = ContinuousClock.now

  func tick() { now = ContinuousClock.now }
}
