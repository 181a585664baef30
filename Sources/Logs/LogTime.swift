import Glibc

/// A moment of the wall clock in milliseconds since 1970, written as RFC 3339 in UTC.
package struct LogTime: Sendable, CustomStringConvertible {
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package static var now: LogTime {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return LogTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  package var description: String {
    var text: [UInt8] = []
    append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Written digit by digit: every line has one, and interpolation would cost as much as all the rest of it.
  func append(to text: inout [UInt8]) {
    // Rounded down, before 1970 too.
    let thousandths = (milliseconds % 1000 + 1000) % 1000
    var seconds = time_t((milliseconds - thousandths) / 1000)
    var parts = unsafe tm()
    unsafe gmtime_r(&seconds, &parts)
    let year = unsafe parts.tm_year + 1900
    text.appendTwoDigits(year / 100)
    text.appendTwoDigits(year, then: "-")
    unsafe text.appendTwoDigits(parts.tm_mon + 1, then: "-")
    unsafe text.appendTwoDigits(parts.tm_mday, then: "T")
    unsafe text.appendTwoDigits(parts.tm_hour, then: ":")
    unsafe text.appendTwoDigits(parts.tm_min, then: ":")
    unsafe text.appendTwoDigits(parts.tm_sec, then: ".")
    text.appendTwoDigits(Int32(thousandths / 10))
    text.append(UInt8(ascii: "0") + UInt8(thousandths % 10))
    text.append(UInt8(ascii: "Z"))
  }
}

extension [UInt8] {
  /// The last two digits of a number, then perhaps an ASCII character.
  fileprivate mutating func appendTwoDigits(_ number: Int32, then mark: Unicode.Scalar? = nil) {
    append(UInt8(ascii: "0") + UInt8(number / 10 % 10))
    append(UInt8(ascii: "0") + UInt8(number % 10))
    if let mark { append(UInt8(ascii: mark)) }
  }
}
