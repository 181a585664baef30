import SQSD

/// The days on which a schedule fires.
struct FiringDays: Sendable, Equatable {
  /// What holds between the day of the month and the weekday.
  enum Rule: Sendable, Equatable {
    /// The day must match both. Of which at least one is a star, so usually one decides.
    case both
    /// It is enough to match one.
    case either
  }

  /// Bits 1 to 31.
  let daysOfMonth: UInt64
  /// Bits 1 to 12.
  let months: UInt64
  /// Bits 0 to 6, Sunday first.
  let weekdays: UInt64
  var rule: Rule

  /// The days of a month as bits 1 to 31.
  func days(in month: Month) -> UInt64 {
    guard months & 1 << UInt64(month.number) != 0 else { return 0 }
    // The week, beginning with the weekday of the 1st, five times.
    let first = UInt64(month.firstWeekday)
    let week = (weekdays >> first | weekdays << (7 - first)) & 0x7F
    let byWeekday = (week | week << 7 | week << 14 | week << 21 | week << 28) << 1
    let matching = rule == .both ? daysOfMonth & byWeekday : daysOfMonth | byWeekday
    return matching & month.allDays
  }

  /// No day ever, such as 30 February. With weekdays one may have to wait for decades, but comes to every combination.
  var areNever: Bool {
    if rule == .either { return false }
    return !(1...12).contains { months & 1 << UInt64($0) != 0 && daysOfMonth & Month.longest($0) != 0 }
  }

  /// All months in 400 years: after that the calendar repeats itself, weekdays included.
  private static let horizon = 4800

  /// The first day on or after a day, counted from 1970-01-01.
  func first(notBefore day: Int64) -> Int64? {
    let date = CivilDate(daysSince1970: day)
    var found = Month(date)
    var remaining: UInt64 = ~0 << UInt64(date.day)
    for _ in 0...Self.horizon {
      guard let month = found else { return nil }
      let days = days(in: month) & remaining
      if days != 0 { return month.firstDay + Int64(days.trailingZeroBitCount) - 1 }
      found = month.next
      remaining = ~0
    }
    return nil
  }

  /// The last day on or before a day, not before another one.
  func last(notAfter day: Int64, notBefore earliest: Int64) -> Int64? {
    let date = CivilDate(daysSince1970: day)
    var found = Month(date)
    var remaining: UInt64 = ~(~0 << UInt64(date.day + 1))
    for _ in 0...Self.horizon {
      guard let month = found else { return nil }
      let days = days(in: month) & remaining
      if days != 0 {
        let last = month.firstDay + Int64(63 - days.leadingZeroBitCount) - 1
        return last >= earliest ? last : nil
      }
      if month.firstDay <= earliest { return nil }
      found = month.previous
      remaining = ~0
    }
    return nil
  }
}
