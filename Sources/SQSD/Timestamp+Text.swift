extension Timestamp: CustomStringConvertible {
  /// ISO 8601 in UTC with whole seconds: `2023-08-15T13:57:53Z`.
  package var description: String {
    let days = (secondsSince1970 >= 0 ? secondsSince1970 : secondsSince1970 - 86_399) / 86_400
    let second = secondsSince1970 - days * 86_400
    let date = CivilDate(daysSince1970: days)
    // Each message has two of these, so they are written digit by digit.
    var text: [UInt8] = []
    text.reserveCapacity(24)
    if (0...9999).contains(date.year) {
      text.appendTwoDigits(date.year / 100)
      text.appendTwoDigits(date.year % 100, then: "-")
    } else {
      text += "\(date.year)-".utf8
    }
    text.appendTwoDigits(date.month, then: "-")
    text.appendTwoDigits(date.day, then: "T")
    text.appendTwoDigits(second / 3600, then: ":")
    text.appendTwoDigits(second / 60 % 60, then: ":")
    text.appendTwoDigits(second % 60, then: "Z")
    return String(decoding: text, as: UTF8.self)
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

extension [UInt8] {
  /// A number from 0 to 99, then perhaps an ASCII character.
  fileprivate mutating func appendTwoDigits(_ number: Int64, then mark: Unicode.Scalar? = nil) {
    append(UInt8(ascii: "0") + UInt8(number / 10))
    append(UInt8(ascii: "0") + UInt8(number % 10))
    if let mark { append(UInt8(ascii: mark)) }
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
