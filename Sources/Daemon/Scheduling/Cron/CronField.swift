/// One of the five fields of an expression: what it is called, and what it takes (crontab(5)).
enum CronField: CaseIterable {
  case minute, hour, dayOfMonth, month, dayOfWeek

  var name: String {
    switch self {
    case .minute: "minute"
    case .hour: "hour"
    case .dayOfMonth: "day of the month"
    case .month: "month"
    case .dayOfWeek: "weekday"
    }
  }

  /// The weekday has eight: 0 and 7 are both Sunday.
  var range: ClosedRange<Int> {
    switch self {
    case .minute: 0...59
    case .hour: 0...23
    case .dayOfMonth: 1...31
    case .month: 1...12
    case .dayOfWeek: 0...7
    }
  }

  /// Words that stand for numbers, the first for the lower end of the range.
  var words: [String] {
    switch self {
    case .minute, .hour, .dayOfMonth: []
    case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    case .dayOfWeek: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    }
  }

  /// What it takes, as the end of a sentence.
  var takes: String {
    let numbers = "\(range.lowerBound)–\(range.upperBound)"
    guard let first = words.first, let last = words.last else { return numbers }
    return "\(numbers) or \(first)–\(last)"
  }

  func value(of text: some StringProtocol) -> Int? {
    if let index = words.firstIndex(of: text.lowercased()) { return range.lowerBound + index }
    return Self.number(text)
  }

  /// Digits only, as many zeros in front as one likes. Nil for what is no number, and a number out of every range for one
  /// that is too long to be counted.
  static func number(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text) ?? .max
  }
}
