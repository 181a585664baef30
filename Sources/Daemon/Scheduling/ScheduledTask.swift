import SQSD

/// A periodic task: when it is due, and what its message says.
struct ScheduledTask: Sendable {
  let name: String
  /// A path on the application.
  let path: String
  /// Nil for Beanstalk's own text.
  var body: String?
  /// Beside those that make the message a periodic one.
  var attributes: [(name: String, value: String)] = []
  let schedule: TickSchedule
}

/// When a task is due, in whole seconds of UTC. What cron.yaml can say knows whole minutes only.
struct TickSchedule: Sendable {
  /// The first tick after a time, nil if there is none any more.
  let next: @Sendable (_ after: Timestamp) -> Timestamp?
  /// The last tick up to a time, that time included, and not before another.
  let latest: @Sendable (_ atOrBefore: Timestamp, _ notBefore: Timestamp) -> Timestamp?
}

/// One time at which one task is due: the same for every daemon, whenever it gets round to it.
struct Tick: Sendable, Hashable {
  let task: String
  let scheduledAt: Timestamp
}
