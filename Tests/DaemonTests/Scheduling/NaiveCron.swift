import Foundation
import SQSD

/// The rules of crontab(5) once more, as slowly and plainly as possible: each minute of each day is asked, and the calendar
/// is Foundation's.
struct NaiveCron {
  private let fields: [String]

  init(_ text: String) {
    fields = text.split(separator: " ").prefix(5).map(String.init)
  }

  private static let calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()

  private static func number(_ text: Substring) -> Int {
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    let word = text.lowercased()
    return months.firstIndex(of: word).map { $0 + 1 } ?? days.firstIndex(of: word) ?? Int(text) ?? -1
  }

  private func matches(_ field: Int, _ value: Int, from low: Int, to high: Int) -> Bool {
    fields[field].split(separator: ",").contains { item in
      let parts = item.split(separator: "/")
      let ends = parts[0].split(separator: "-").map(Self.number)
      let (first, last) = parts[0] == "*" ? (low, high) : (ends[0], ends[ends.count - 1])
      let step = parts.count == 2 ? Int(parts[1]) ?? 0 : 1
      return value >= first && value <= last && (value - first) % step == 0
    }
  }

  func isOn(day: Int64) -> Bool {
    let date = Date(timeIntervalSince1970: Double(day) * 86_400)
    let parts = Self.calendar.dateComponents([.day, .month, .weekday], from: date)
    let weekday = (parts.weekday ?? 1) - 1
    let byDay = matches(2, parts.day ?? 0, from: 1, to: 31)
    let byWeekday =
      matches(4, weekday, from: 0, to: 7) || weekday == 0 && matches(4, 7, from: 0, to: 7)
    let hasStar = fields[2].hasPrefix("*") || fields[4].hasPrefix("*")
    return matches(3, parts.month ?? 0, from: 1, to: 12)
      && (hasStar ? byDay && byWeekday : byDay || byWeekday)
  }

  func isAt(time: Int) -> Bool {
    matches(1, time / 60, from: 0, to: 23) && matches(0, time % 60, from: 0, to: 59)
  }

  /// All firings of so many days from a moment on, without that moment itself.
  func firings(after moment: Timestamp, days: Int64) -> [Timestamp] {
    let times = (0..<1440).filter(isAt)
    let first = Int64((Double(moment.secondsSince1970) / 86_400).rounded(.down))
    return (first..<first + days).filter(isOn).flatMap { day in
      times.map { Timestamp(secondsSince1970: day * 86_400 + Int64($0) * 60) }
    }.filter { $0 > moment }
  }
}
