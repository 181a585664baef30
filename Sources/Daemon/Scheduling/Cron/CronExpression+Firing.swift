import SQSD

extension CronExpression {
  /// The first firing after a moment; nil beyond the year 9999.
  func next(after moment: Timestamp) -> Timestamp? {
    guard let minute = DayMinute(moment)?.following else { return nil }
    if let time = times.first(notBefore: minute.time), days.first(notBefore: minute.day) == minute.day {
      return DayMinute(day: minute.day, time: time).timestamp
    }
    return days.first(notBefore: minute.day + 1).map { DayMinute(day: $0, time: times.first).timestamp }
  }

  /// The last firing at or before a moment, if it is not before another one: the tick that a start may have missed.
  func latest(atOrBefore moment: Timestamp, notBefore earliest: Timestamp) -> Timestamp? {
    guard earliest <= moment, let minute = DayMinute(moment), let bound = DayMinute(earliest) else { return nil }
    let today = days.last(notAfter: minute.day, notBefore: bound.day)
    var found: Timestamp?
    if today == minute.day, let time = times.last(notAfter: minute.time) {
      found = DayMinute(day: minute.day, time: time).timestamp
    } else {
      found = days.last(notAfter: minute.day - 1, notBefore: bound.day).map {
        DayMinute(day: $0, time: times.last).timestamp
      }
    }
    guard let found, found >= earliest else { return nil }
    return found
  }
}

/// A minute as schedules count: its day since 1970-01-01, and its number in the day.
struct DayMinute: Sendable, Equatable {
  let day: Int64
  let time: Int

  init(day: Int64, time: Int) {
    self.day = day
    self.time = time
  }

  /// The minute in which a moment is; nil outside of the years 0 to 9999.
  init?(_ moment: Timestamp) {
    let seconds = moment.secondsSince1970
    guard (-62_167_219_200...253_402_300_799).contains(seconds) else { return nil }
    let minutes = (seconds - (seconds % 60 + 60) % 60) / 60
    let time = (minutes % 1440 + 1440) % 1440
    self.init(day: (minutes - time) / 1440, time: Int(time))
  }

  var following: DayMinute { time == 1439 ? DayMinute(day: day + 1, time: 0) : DayMinute(day: day, time: time + 1) }

  var timestamp: Timestamp { Timestamp(secondsSince1970: day * 86_400 + Int64(time) * 60) }
}
