import Glibc
import Locks
import SQSD

/// Which ticks of periodic tasks run: not those that come too late, and one of a task at a time if so configured.
final class TickGate: Sendable {
  /// What becomes of a tick that comes while the last run of its task still works.
  enum Overlap: String, CaseIterable, Sendable {
    /// It runs beside it, as under cron.
    case allow
    /// It is answered as done, without a run.
    case skip
    /// It waits for its turn.
    case queue
  }

  private struct State: Sendable {
    var lanes: [String: (slots: JobSlots, users: Int)] = [:]
    var isClosed = false
  }

  let overlap: Overlap
  private let maxAge: Duration?
  private let waitingLimit: Int
  private let now: @Sendable () -> Timestamp
  private let state = Locked(State())

  /// `waitingLimit` is for the ticks of one task that wait for their turn.
  init(
    overlap: Overlap, maxAge: Duration?, waitingLimit: Int,
    now: @escaping @Sendable () -> Timestamp = { Timestamp(secondsSince1970: Int64(time(nil))) }
  ) {
    self.overlap = overlap
    self.maxAge = maxAge
    self.waitingLimit = waitingLimit
    self.now = now
  }

  /// How many seconds ago the tick was due, if that is too long ago. A tick that does not say when it was due is never
  /// too old.
  func excessiveAge(of task: PeriodicTask?) -> Int64? {
    guard let maxAge, let scheduledAt = task?.scheduledAt else { return nil }
    let (age, overflow) = now().secondsSince1970.subtractingReportingOverflow(scheduledAt.secondsSince1970)
    return !overflow && .seconds(age) > maxAge ? age : nil
  }

  /// The place through which the ticks of a task go one by one; nil if they need not. To be given back by
  /// ``giveBack(_:)``.
  func lane(of task: String) -> JobSlots? {
    guard overlap != .allow else { return nil }
    return state.withLock { state in
      var lane =
        state.lanes[task]
        ?? (JobSlots(concurrency: 1, waitingLimit: overlap == .queue ? waitingLimit : 0), 0)
      if state.isClosed { lane.slots.close() }
      lane.users += 1
      state.lanes[task] = lane
      return lane.slots
    }
  }

  func giveBack(laneOf task: String) {
    state.withLock { state in
      guard var lane = state.lanes[task] else { return }
      lane.users -= 1
      state.lanes[task] = lane.users == 0 ? nil : lane
    }
  }

  /// No tick gets a turn from now on, and those that wait for one are told at once.
  func close() {
    let lanes = state.withLock { state in
      state.isClosed = true
      return state.lanes.values.map(\.slots)
    }
    for lane in lanes { lane.close() }
  }
}
