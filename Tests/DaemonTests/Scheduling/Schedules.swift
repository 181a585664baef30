import SQSD

@testable import Daemon

extension ScheduledTask {
  static func every(minutes: Int) -> ScheduledTask {
    .every(seconds: minutes * 60, name: "every-\(minutes)-minutes")
  }

  /// A schedule that cron.yaml cannot say, for tests that must not take minutes.
  static func every(seconds: Int, name: String) -> ScheduledTask {
    let step = Int64(seconds)
    return ScheduledTask(
      name: name, path: "/schedule",
      schedule: TickSchedule(
        next: { Timestamp(secondsSince1970: ($0.secondsSince1970 / step + 1) * step) },
        latest: { time, earliest in
          let latest = Timestamp(secondsSince1970: time.secondsSince1970 / step * step)
          return latest < earliest ? nil : latest
        }))
  }
}
