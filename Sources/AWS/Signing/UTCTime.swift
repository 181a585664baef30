import FoundationEssentials

/// A second of UTC taken apart by integer arithmetic, as a signature writes it.
///
/// Date formatters follow calendars and locales; a signature must not (a device set to the Buddhist calendar would sign
/// with the year 2569). The arithmetic is that of the proleptic Gregorian calendar with the year begun on 1 March, so
/// that the leap day is its last day.
struct UTCTime: Hashable {
  let epochSeconds: Int64
  let year: Int
  let month: Int
  let day: Int

  /// The second in which `date` lies. Moments before the year 0 or after 9999 are moved to the edge: four digits are all
  /// the format has, and a clock that wrong is refused by the server anyway.
  init(_ date: Date) {
    let earliest = -62_167_219_200.0
    let latest = 253_402_300_799.0
    let seconds = date.timeIntervalSince1970.rounded(.down)
    self.init(epochSeconds: Int64(seconds.isNaN ? 0 : min(max(seconds, earliest), latest)))
  }

  private init(epochSeconds: Int64) {
    self.epochSeconds = epochSeconds
    let days = Int((epochSeconds - UTCTime.secondOfDay(epochSeconds)) / 86_400)
    // Day 0 of this count is 1 March of the year 0; 400 years are 146,097 days.
    let count = days + 719_468
    let era = (count >= 0 ? count : count - 146_096) / 146_097
    let dayOfEra = count - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Nil for a day that the calendar does not have. A 60th second, which only a leap second has, becomes the next minute.
  init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    guard (1...12).contains(month), day >= 1 else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    let midnight = UTCTime(epochSeconds: Int64(days) * 86_400)
    guard midnight.month == month, midnight.day == day else { return nil }
    self.init(epochSeconds: midnight.epochSeconds + Int64(hour * 3_600 + minute * 60 + second))
  }

  /// "20260102", the day of a credential scope.
  var basicDay: String { String(decoding: dayDigits, as: UTF8.self) }

  /// "20260102T030405Z", the value of `X-Amz-Date`.
  var basicTimestamp: String {
    let seconds = Int(Self.secondOfDay(epochSeconds))
    var text = dayDigits
    text.append(UInt8(ascii: "T"))
    for number in [seconds / 3_600, seconds / 60 % 60, seconds % 60] { text.appendTwoDigits(number) }
    text.append(UInt8(ascii: "Z"))
    return String(decoding: text, as: UTF8.self)
  }

  private var dayDigits: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(16)
    for number in [year / 100, year % 100, month, day] { text.appendTwoDigits(number) }
    return text
  }

  private static func secondOfDay(_ epochSeconds: Int64) -> Int64 {
    let remainder = epochSeconds % 86_400
    return remainder < 0 ? remainder + 86_400 : remainder
  }
}

extension [UInt8] {
  /// A number from 0 to 99.
  fileprivate mutating func appendTwoDigits(_ number: Int) {
    append(UInt8(ascii: "0") + UInt8(number / 10))
    append(UInt8(ascii: "0") + UInt8(number % 10))
  }
}
