import Foundation
import TestSupport
import Testing

@testable import Daemon

struct RetryAfterTests {
  /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
  private let now = Date(timeIntervalSince1970: 784_111_777)
  private let longest = 12 * 3600 - 30

  private func parse(_ text: String) -> Duration? { RetryAfter.parse(text, now: now) }

  @Test(arguments: [
    ("0", 0), ("1", 1), ("120", 120), (" 120", 120), ("120\t ", 120), ("007", 7), ("43170", 43_170), ("43171", 43_170),
    ("99999999999", 43_170), ("9223372036854775807", 43_170), ("9223372036854775808", 43_170),
    (String(repeating: "9", count: 1000), 43_170), (String(repeating: "0", count: 1000) + "5", 5),
  ])
  func `seconds are seconds, and too many are the longest`(text: String, seconds: Int) {
    #expect(parse(text) == .seconds(seconds))
  }

  @Test(arguments: [
    ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Sun, 06 Nov 1994 08:50:00 GMT", 23),
    (" Sun, 06 Nov 1994 08:50:00 GMT ", 23),
    ("Sun, 06 Nov 1994 09:49:37 GMT", 3600), ("Sun, 06 Nov 1994 08:49:36 GMT", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ("Mon, 07 Nov 1994 08:49:37 GMT", 43_170), ("Fri, 31 Dec 9999 23:59:59 GMT", 43_170),
  ])
  func `a date is the time until then, and one that has passed is now`(text: String, seconds: Int) {
    #expect(parse(text) == .seconds(seconds))
  }

  @Test func `a part of a second counts as one, so that nothing comes too early`() {
    let later = Date(timeIntervalSince1970: 784_111_777.25)
    #expect(RetryAfter.parse("Sun, 06 Nov 1994 08:49:40 GMT", now: later) == .seconds(3))
  }

  @Test(arguments: [
    "", " ", "\t", "-1", "+1", "1.5", "1e3", "0x10", "12 34", "12s", "soon", "١٢", "1,2", "\u{0}", "12\r\n", "\n12",
    "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
    "1994-11-06T08:49:37Z",
  ])
  func `what is neither says nothing`(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func `no text of any bytes asks for less than nothing or for more than SQS can hide`() {
    var random = SeededRandom(seed: 91)
    let letters = Array("0123456789 \t,:-+GMTSunNov.eExX\u{0}ä".unicodeScalars)
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...30, using: &random) {
        text.unicodeScalars.append(letters.randomElement(using: &random) ?? "0")
      }
      if let duration = parse(text) { #expect(duration >= .zero && duration <= .seconds(longest)) }
    }
  }
}
