import SQSD

/// One month of one year.
struct Month: Sendable, Equatable {
  let year: Int64
  /// 1 to 12.
  let number: Int64
  /// Of its 1st, counted from 1970-01-01.
  let firstDay: Int64

  /// Nil outside of the years 0 to 9999, which no timestamp that we can write has.
  init?(year: Int64, number: Int64) {
    guard let first = CivilDate(year: year, month: number, day: 1) else { return nil }
    self.year = year
    self.number = number
    firstDay = first.daysSince1970
  }

  init?(_ date: CivilDate) {
    self.init(year: date.year, number: date.month)
  }

  var next: Month? { number == 12 ? Month(year: year + 1, number: 1) : Month(year: year, number: number + 1) }
  var previous: Month? { number == 1 ? Month(year: year - 1, number: 12) : Month(year: year, number: number - 1) }

  /// Sunday is 0; 1970-01-01 was a Thursday.
  var firstWeekday: Int64 { ((firstDay + 4) % 7 + 7) % 7 }

  /// Bits 1 to 28, 29, 30 or 31.
  var allDays: UInt64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return isLeap ? Self.longest(Int(number)) : Self.shortest(Int(number))
  }

  /// Those of the shortest month of that number: February in a common year.
  static func shortest(_ number: Int) -> UInt64 { number == 2 ? bits(28) : longest(number) }

  /// Those of the longest month of that number: February in a leap year.
  static func longest(_ number: Int) -> UInt64 {
    switch number {
    case 2: bits(29)
    case 4, 6, 9, 11: bits(30)
    default: bits(31)
    }
  }

  private static func bits(_ days: Int) -> UInt64 { (1 << UInt64(days + 1)) - 2 }
}
