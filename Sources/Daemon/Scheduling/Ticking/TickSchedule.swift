import SQSD

/// When a task is due, in whole seconds of UTC. What cron.yaml can say knows whole minutes only.
struct TickSchedule: Sendable {
  /// The first tick after a time, nil if there is none any more.
  let next: @Sendable (_ after: Timestamp) -> Timestamp?
  /// The last tick up to a time, that time included, and not before another.
  let latest: @Sendable (_ atOrBefore: Timestamp, _ notBefore: Timestamp) -> Timestamp?
}
