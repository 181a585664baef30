import SQSD

/// Which ticks of one task are due as a wall clock goes on, jumps ahead or is set back.
struct DueTicks {
  /// What one look at the clock brought.
  struct Found: Equatable {
    /// The latest one due, if it was not begun before.
    var tick: Timestamp?
    /// Those before it, and it itself if it is too old.
    var missed: MissedTicks?
  }

  private let task: String
  private let schedule: TickSchedule
  /// How many seconds before a start, or before the time that a clock is set back to, a tick may lie.
  private let past: Int64
  /// Ticks up to here are decided.
  private var decidedTo: Timestamp
  private var begun = BegunTicks()
  /// The first tick after `decidedTo`.
  private(set) var next: Timestamp?

  init(_ task: ScheduledTask, now: Timestamp, past: Int64) {
    self.task = task.name
    schedule = task.schedule
    self.past = past
    decidedTo = Timestamp(secondsSince1970: now.secondsSince1970 - past)
    next = task.schedule.next(decidedTo)
  }

  /// What has come due, at most one tick. Missed are those before `oldest`, and all but the latest.
  mutating func take(now: Timestamp, oldest: Timestamp) -> Found? {
    let wentBack = now < decidedTo
    // What was missed when the clock was ahead comes due once more; what was begun does not.
    if wentBack { decide(Timestamp(secondsSince1970: now.secondsSince1970 - past)) }
    guard let first = next, first <= now else { return nil }
    guard let latest = schedule.latest(now, first) else {
      decide(now)
      return nil
    }
    var found = Found()
    var tick = first
    while tick < latest, found.missed.map({ $0.count < MissedTicks.countLimit }) ?? true {
      miss(tick, &found)
      guard let following = schedule.next(tick) else { break }
      tick = following
    }
    if begun.contains(latest) {
      // Sent before the clock was set back.
    } else if latest < oldest {
      miss(latest, &found)
    } else {
      begun.insert(latest)
      found.tick = latest
    }
    decide(now)
    // It was told before, or is from before the start.
    if wentBack { found.missed = nil }
    return found
  }

  private func miss(_ tick: Timestamp, _ found: inout Found) {
    guard !begun.contains(tick) else { return }
    guard var missed = found.missed else {
      found.missed = MissedTicks(task: task, first: tick, last: tick)
      return
    }
    missed.last = tick
    missed.count += 1
    found.missed = missed
  }

  private mutating func decide(_ time: Timestamp) {
    decidedTo = time
    next = schedule.next(time)
  }
}
