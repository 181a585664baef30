/// Expressions that are right and most likely not what was meant. Most were found in real cron.yaml files.
enum CronTraps {
  static func warnings(
    _ fields: CronExpression.Fields, times: FiringTimes, days: FiringDays, sixth: String?
  ) -> [String] {
    var found: [String] = []
    if let sixth {
      found.append(
        "the sixth field \(CronSet.shown(sixth)) is ignored, as on Beanstalk: it reads the first five, and its finest "
          + "step is one minute")
    }
    found += [everyMinute(fields)].compactMap { $0 }
    let sets: [(CronSet, CronField)] = [
      (fields.minute, .minute), (fields.hour, .hour), (fields.dayOfMonth, .dayOfMonth), (fields.month, .month),
      (fields.dayOfWeek, .dayOfWeek),
    ]
    found += sets.compactMap { unevenStep($0, of: $1) }
    found += [twoDays(fields, days)].compactMap { $0 }
    return found
  }

  /// `* */2 * * *` is not every two hours. A range says that its writer thought of a span of time: `* 8-18 * * 1-5`.
  private static func everyMinute(_ fields: CronExpression.Fields) -> String? {
    guard fields.minute.text == "*" || fields.minute.text == "*/1" else { return nil }
    func isPicked(_ set: CronSet) -> Bool { set.text != "*" && !(set.text.contains("-") && !set.text.contains("/")) }
    if fields.hour.text != "*", fields.hour.text != "*/1" {
      guard isPicked(fields.hour) else { return nil }
      return "it fires 60 times in each of its hours: for once an hour put 0 in the minute"
    }
    guard [fields.dayOfMonth, fields.month, fields.dayOfWeek].contains(where: isPicked) else { return nil }
    return "it fires 1440 times on each of its days: for once a day put 0 in minute and hour"
  }

  /// `*/50` is not every 50 minutes, because each hour begins anew; `*/60` is only a roundabout 0.
  private static func unevenStep(_ set: CronSet, of field: CronField) -> String? {
    guard set.text.hasPrefix("*/"), let step = CronField.number(set.text.dropFirst(2)), step > 1 else { return nil }
    let values = field.range.filter { set.bits & 1 << UInt64($0) != 0 }
    guard values.count > 1, let last = values.last else {
      return "\(CronSet.shown(set.text)) in the \(field.name) steps beyond its range: it is the same as "
        + "\(field.range.lowerBound)"
    }
    let size = field.range.count
    guard field == .minute || field == .hour, size % step != 0 else { return nil }
    let whole = field == .minute ? "hour" : "day"
    return "\(set.text) in the \(field.name) is not every \(step) \(field.name)s: the last one of each \(whole) is at "
      + "\(last), and after \(size - last) \(field.name)\(size - last == 1 ? "" : "s") the next \(whole) begins at 0"
  }

  private static func twoDays(_ fields: CronExpression.Fields, _ days: FiringDays) -> String? {
    let (day, weekday) = (fields.dayOfMonth.text, fields.dayOfWeek.text)
    guard day != "*", weekday != "*" else { return nil }
    let (shownDay, shownWeekday) = (CronSet.shown(day), CronSet.shown(weekday))
    return days.rule == .either
      ? "day of the month \(shownDay) and weekday \(shownWeekday): it fires on days that match either"
      : "day of the month \(shownDay) and weekday \(shownWeekday): it fires on days that match both, since one of them "
        + "begins with a star"
  }
}
