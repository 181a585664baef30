import SQSD

/// A schedule in the form of crontab(5), in UTC: when it fires, computed from the calendar.
///
/// Its rules are those of Vixie's cron, which Debian ships, read strictly: whatever another reader would take for something
/// else is refused. Where Beanstalk's reader differs, ``BeanstalkSchedule`` knows what that one does.
struct CronExpression: Sendable, Equatable {
  /// As it is written, without blanks around it.
  let text: String
  /// Every one a sentence: what it does that its writer may not have meant.
  let warnings: [String]
  let fields: Fields
  let times: FiringTimes
  let days: FiringDays
  /// Blanks in front shift the fields on Beanstalk.
  let hasLeadingBlank: Bool
  /// An `@` form and no fields, and whether there were blanks around it.
  let isNamed: Bool
  let isPadded: Bool

  struct Fields: Sendable, Equatable {
    let minute: CronSet
    let hour: CronSet
    let dayOfMonth: CronSet
    let month: CronSet
    let dayOfWeek: CronSet
  }

  /// Lists of all values of all fields have 400.
  static let longest = 1000

  init(parsing given: String) throws(CronExpressionError) {
    guard given.utf8.count <= Self.longest else {
      throw CronExpressionError("it is longer than \(Self.longest) bytes")
    }
    let words = given.split(whereSeparator: Self.isBlank).map(String.init)
    text = words.joined(separator: " ")
    if let fault = CronHabits.fault(inWhole: text) { throw fault }
    isNamed = text.hasPrefix("@")
    hasLeadingBlank = given.first.map(Self.isBlank) ?? false
    isPadded = hasLeadingBlank || given.last.map(Self.isBlank) ?? false
    let fields = isNamed ? try Self.named(text) : try Self.fields(words)
    self.fields = fields
    times = FiringTimes(minutes: fields.minute.bits, hours: fields.hour.bits)
    days = FiringDays(
      daysOfMonth: fields.dayOfMonth.bits, months: fields.month.bits, weekdays: fields.dayOfWeek.bits,
      rule: fields.dayOfMonth.isStar || fields.dayOfWeek.isStar ? .both : .either)
    guard !days.areNever else {
      throw CronExpressionError(
        "no date matches the day \(CronSet.shown(fields.dayOfMonth.text)) "
          + "in the month \(CronSet.shown(fields.month.text)): it would never fire")
    }
    warnings = CronTraps.warnings(fields, times: times, days: days, sixth: words.count == 6 ? words[5] : nil)
  }

  private static func isBlank(_ character: Character) -> Bool {
    character == " " || character == "\t" || character.isNewline
  }

  private static let order = "minute, hour, day of the month, month, weekday"

  private static func fields(_ words: [String]) throws(CronExpressionError) -> Fields {
    switch words.count {
    case 5: break
    // The sixth is ignored, as on Beanstalk.
    case 6: break
    case 0: throw CronExpressionError("it is empty: write five fields, \(order)")
    case ..<5:
      throw CronExpressionError("it has \(words.count) of five fields: \(order)")
    default:
      throw CronExpressionError(
        "it has \(words.count) fields instead of five: \(order); no seconds, years or commands")
    }
    return Fields(
      minute: try CronSet(parsing: words[0], as: .minute), hour: try CronSet(parsing: words[1], as: .hour),
      dayOfMonth: try CronSet(parsing: words[2], as: .dayOfMonth), month: try CronSet(parsing: words[3], as: .month),
      dayOfWeek: try CronSet(parsing: words[4], as: .dayOfWeek))
  }

  static let names: [(name: String, fields: String)] = [
    ("@hourly", "0 * * * *"), ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"),
  ]

  /// In small letters only, as crontab(5) and Beanstalk's reader have them.
  private static func named(_ text: String) throws(CronExpressionError) -> Fields {
    if let known = names.first(where: { $0.name == text }) {
      return try fields(known.fields.split(separator: " ").map(String.init))
    }
    let shown = CronSet.shown(text)
    let lowered = text.lowercased()
    if names.contains(where: { $0.name == lowered }) {
      throw CronExpressionError("\(shown) is written in small letters: \(lowered)")
    }
    if lowered.hasPrefix("@reboot") {
      throw CronExpressionError("\(shown) is no time: periodic tasks run by the clock only")
    }
    if lowered.hasPrefix("@every") {
      throw CronExpressionError("\(shown) is not cron's: write five fields, such as */5 * * * *")
    }
    throw CronExpressionError("\(shown) is none of \(names.map(\.name).joined(separator: ", "))")
  }
}
