extension Timestamp: CustomStringConvertible {
  /// ISO 8601 in UTC with whole seconds: `2023-08-15T13:57:53Z`.
  package var description: String {
    let days = (secondsSince1970 >= 0 ? secondsSince1970 : secondsSince1970 - 86_399) / 86_400
    let second = secondsSince1970 - days * 86_400
    let date = CivilDate(daysSince1970: days)
    return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2) + "T"
      + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2) + "Z"
  }

  private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// Reads what daemons send: ISO 8601 (`T` or a blank between date and time, fractions dropped, `Z`, `UTC` or an
  /// offset; nothing means UTC), aws-sqsd's `2017-03-22 23:10:00 UTC`, and milliseconds since 1970, which some
  /// clones of aws-sqsd put into X-Aws-Sqsd-First-Received-At. Nil for everything else.
  package init?(parsing text: String) {
    var reader = DigitReader(text)
    if text.utf8.count >= 11, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      guard let milliseconds = Int64(text) else { return nil }
      self.init(millisecondsSince1970: milliseconds)
      return
    }
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
      let day = reader.number(2), let date = CivilDate(year: year, month: month, day: day),
      reader.skip("T") || reader.skip("t") || reader.skip(" "),
      let hour = reader.number(2), hour <= 23, reader.skip(":"), let minute = reader.number(2), minute <= 59,
      reader.skip(":"), let second = reader.number(2), second <= 60
    else { return nil }
    if reader.skip(".") || reader.skip(",") { reader.skipDigits() }
    guard let offset = reader.offset() else { return nil }
    self.init(secondsSince1970: date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset)
  }
}

private struct DigitReader {
  var rest: Substring.UTF8View

  init(_ text: String) {
    rest = text[...].utf8
  }

  mutating func number(_ width: Int) -> Int64? {
    let digits = rest.prefix(width)
    guard digits.count == width, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest = rest.dropFirst(width)
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  mutating func skip(_ text: String) -> Bool {
    guard rest.starts(with: text.utf8) else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }

  mutating func skipDigits() {
    rest = rest.drop { (0x30...0x39).contains($0) }
  }

  /// Seconds east of UTC, if what is left of the text is a zone or nothing.
  mutating func offset() -> Int64? {
    while skip(" ") {}
    if rest.isEmpty { return 0 }
    if skip("Z") || skip("z") || skip("UTC") || skip("GMT") { return rest.isEmpty ? 0 : nil }
    let isEast = skip("+")
    guard isEast || skip("-"), let hours = number(2), hours <= 23 else { return nil }
    _ = skip(":")
    guard let minutes = number(2), minutes <= 59, rest.isEmpty else { return nil }
    return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
  }
}
