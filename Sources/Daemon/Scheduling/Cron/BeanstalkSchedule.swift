import SQSD

/// When Beanstalk's aws-sqsd fires an expression that we accept too, where that is not when we do.
///
/// It reads schedules with the Ruby library parse-cron. What that one does differently was found by running it, and is
/// tested against it: there are four things, of which an expression shows at most two.
struct BeanstalkSchedule: Sendable, Equatable {
  enum Difference: Sendable, Equatable {
    /// A blank in front shifts the fields by one, and the minute becomes 0.
    case shifted
    /// Blanks around an `@` form: it is not recognised.
    case refused
    /// `*/2` is no star there, so that one day field is enough.
    case eitherDay
    /// In a month that has none of the days it fires on the 1st.
    case firstOfShortMonth
  }

  let differences: [Difference]
  /// What its fields are there, if they are others and of any use.
  let readAs: CronExpression?
  private let times: FiringTimes
  private let days: FiringDays
  private let firesOnFirst: Bool

  /// Nil if it fires when we do.
  init?(of expression: CronExpression) {
    if expression.isNamed {
      guard expression.isPadded else { return nil }
      self.init(unusable: .refused, expression)
    } else if expression.hasLeadingBlank {
      let words = expression.text.split(separator: " ").prefix(4)
      guard let shifted = try? CronExpression(parsing: "0 " + words.joined(separator: " ")) else {
        self.init(unusable: .shifted, expression)
        return
      }
      self.init(reading: shifted, shifted: true)
    } else {
      self.init(reading: expression, shifted: false)
      if differences.isEmpty { return nil }
    }
  }

  private init(reading expression: CronExpression, shifted: Bool) {
    var differences: [Difference] = shifted ? [.shifted] : []
    let (day, weekday) = (expression.fields.dayOfMonth.text, expression.fields.dayOfWeek.text)
    var days = expression.days
    // There only a field that is nothing but `*` leaves the choice to the other one.
    if day != "*", weekday != "*" { days.rule = .either }
    if days != expression.days { differences.append(.eitherDay) }
    firesOnFirst =
      day != "*" && weekday == "*"
      && (1...12).contains { number in
        days.months & 1 << UInt64(number) != 0
          && days.daysOfMonth & Month.shortest(number) == 0
      }
    if firesOnFirst { differences.append(.firstOfShortMonth) }
    self.differences = differences
    self.days = days
    times = expression.times
    readAs = shifted ? expression : nil
  }

  private init(unusable difference: Difference, _ expression: CronExpression) {
    differences = [difference]
    readAs = nil
    times = expression.times
    days = expression.days
    firesOnFirst = false
  }

  /// Nil if it never fires, or nobody can say when.
  func next(after moment: Timestamp) -> Timestamp? {
    guard !differences.contains(.refused), !(differences.contains(.shifted) && readAs == nil),
      let minute = DayMinute(moment)?.following
    else { return nil }
    let today = days.first(notBefore: minute.day)
    let regular: DayMinute?
    if today == minute.day, let time = times.first(notBefore: minute.time) {
      regular = DayMinute(day: minute.day, time: time)
    } else {
      regular = days.first(notBefore: minute.day + 1).map { DayMinute(day: $0, time: times.first) }
    }
    let odd = firesOnFirst ? firstOfShortMonth(after: moment, before: regular) : nil
    return (odd ?? regular)?.timestamp
  }

  /// The 1st of the first month that has none of the days, once, at the first of its times; not if that month has begun.
  private func firstOfShortMonth(after moment: Timestamp, before regular: DayMinute?) -> DayMinute? {
    guard let now = DayMinute(moment) else { return nil }
    var found = Month(CivilDate(daysSince1970: now.day))?.next
    // A day that is listed at all is there within eight years, 29 February around a century's end.
    for _ in 0..<100 {
      guard let month = found else { return nil }
      if let regular, month.firstDay > regular.day { return nil }
      if days.months & 1 << UInt64(month.number) != 0, days.days(in: month) == 0 {
        return DayMinute(day: month.firstDay, time: times.first)
      }
      found = month.next
    }
    return nil
  }
}

extension BeanstalkSchedule {
  /// What happens there, as a sentence.
  var explanation: String {
    differences.map { difference in
      switch difference {
      case .shifted:
        readAs.map { "the blank in front shifts its fields, so it is read as \($0.text)" }
          ?? "the blank in front shifts its fields, of which nothing useful is left"
      case .refused: "the blanks around it make it unreadable, and the daemon does not start"
      case .eitherDay: "a star with a step is no star there, so days that match either day field count"
      case .firstOfShortMonth: "in a month that has none of its days it fires on the 1st"
      }
    }.joined(separator: "; ")
  }
}
