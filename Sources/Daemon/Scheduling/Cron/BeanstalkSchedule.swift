import SQSD

/// When Beanstalk's aws-sqsd fires an expression that we accept too, where that is not when we do.
///
/// It reads schedules with the Ruby library parse-cron. What that one does differently was found by running it, and is
/// tested against it.
struct BeanstalkSchedule: Sendable, Equatable {
  enum Difference: Sendable, Equatable {
    /// A blank in front shifts the fields by one, and there is no minute. What comes of that is not worth knowing.
    case shifted
    /// Blanks around an `@` form: it is not recognised.
    case refused
    /// `*/2` is no star there, so that one day field is enough.
    case eitherDay
    /// In a month that has none of the days it fires on the 1st.
    case firstOfShortMonth
  }

  let differences: [Difference]
  private let times: FiringTimes
  private let days: FiringDays

  /// Nil if it fires when we do.
  init?(of expression: CronExpression) {
    let (day, weekday) = (expression.fields.dayOfMonth.text, expression.fields.dayOfWeek.text)
    var days = expression.days
    if expression.isNamed, expression.isPadded {
      differences = [.refused]
    } else if expression.hasLeadingBlank {
      differences = [.shifted]
    } else {
      var found: [Difference] = []
      // There only a field that is nothing but `*` leaves the choice to the other one.
      if day != "*", weekday != "*" { days.rule = .either }
      if days != expression.days { found.append(.eitherDay) }
      if day != "*", weekday == "*", days.lackAMonth { found.append(.firstOfShortMonth) }
      differences = found
    }
    self.days = days
    times = expression.times
    if differences.isEmpty { return nil }
  }

  /// Nil if it never fires, or nobody can say when.
  func next(after moment: Timestamp) -> Timestamp? {
    guard !differences.contains(.refused), !differences.contains(.shifted), let now = DayMinute(moment) else {
      return nil
    }
    let minute = now.following
    let regular: DayMinute?
    if days.first(notBefore: minute.day) == minute.day, let time = times.first(notBefore: minute.time) {
      regular = DayMinute(day: minute.day, time: time)
    } else {
      regular = days.first(notBefore: minute.day + 1).map { DayMinute(day: $0, time: times.first) }
    }
    return (firstOfShortMonth(after: now, before: regular) ?? regular)?.timestamp
  }

  /// It looks for a day in the month in which it is, or in the next one that is listed. If there is none left it goes to the
  /// listed month after that, and there to the first of the days, or if there is none to the 1st, at the first of the times.
  private func firstOfShortMonth(after now: DayMinute, before regular: DayMinute?) -> DayMinute? {
    guard differences.contains(.firstOfShortMonth),
      let first = days.listed(from: Month(CivilDate(daysSince1970: now.day))),
      let second = days.listed(from: first.next)
    else { return nil }
    if let regular, regular.day < second.firstDay || days.days(in: second) != 0 { return nil }
    return DayMinute(day: second.firstDay, time: times.first)
  }
}

extension FiringDays {
  fileprivate func isListed(_ month: Int) -> Bool { months & 1 << UInt64(month) != 0 }

  /// Among the months there is one that has none of the days of the month, if only in some years.
  fileprivate var lackAMonth: Bool { (1...12).contains { isListed($0) && daysOfMonth & Month.shortest($0) == 0 } }

  /// The first of its months from one on.
  fileprivate func listed(from month: Month?) -> Month? {
    var found = month
    while let month = found, !isListed(Int(month.number)) { found = month.next }
    return found
  }
}

extension BeanstalkSchedule {
  /// What happens there, as a sentence.
  var explanation: String {
    differences.map { difference in
      switch difference {
      case .shifted: "the blank in front shifts its fields by one, so that the minute is read as the hour"
      case .refused: "the blanks around it make it unreadable, and the daemon does not start"
      case .eitherDay: "a star with a step is no star there, so days that match either day field count"
      case .firstOfShortMonth: "in a month that has none of its days it fires on the 1st"
      }
    }.joined(separator: "; ")
  }
}
