import SQSD

/// One time at which one task is due: the same for every daemon, whenever it gets round to it.
struct Tick: Sendable, Hashable {
  let task: String
  let scheduledAt: Timestamp
}
