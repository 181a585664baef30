import Glibc

/// The value of the Date field, which an origin server with a clock must send (RFC 9110, section 6.6.1), made once a
/// second.
struct HTTPDate {
  private var second = -1
  private var rendered = ""

  mutating func text() -> String {
    let now = time(nil)
    if now != second {
      second = now
      rendered = Self.text(secondsSince1970: now)
    }
    return rendered
  }

  /// IMF-fixdate (RFC 9110, section 5.6.7), for the years 1970 to 9999.
  static func text(secondsSince1970 seconds: Int) -> String {
    let (days, time) = seconds.quotientAndRemainder(dividingBy: 86_400)
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    var year = 1970
    var day = days
    while day >= Self.days(in: year) {
      day -= Self.days(in: year)
      year += 1
    }
    var month = 0
    while day >= Self.days(in: month, of: year) {
      day -= Self.days(in: month, of: year)
      month += 1
    }
    let clock = "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))"
    return "\(weekdays[days % 7]), \(two(day + 1)) \(months[month]) \(year) \(clock) GMT"
  }

  private static func days(in year: Int) -> Int { isLeap(year) ? 366 : 365 }

  private static func days(in month: Int, of year: Int) -> Int {
    month == 1 && isLeap(year) ? 29 : [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month]
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
