import TestSupport
import Testing

@testable import SQSD

struct TimestampTests {
  @Test func `milliseconds of SQS become whole seconds in UTC`() {
    #expect(Timestamp(millisecondsSince1970: 1_692_107_873_999).description == "2023-08-15T13:57:53Z")
    #expect(Timestamp(millisecondsSince1970: 0).description == "1970-01-01T00:00:00Z")
    #expect(Timestamp(millisecondsSince1970: -1).description == "1969-12-31T23:59:59Z")
  }

  @Test(
    arguments: [
      ("2000-02-29T00:00:00Z", 951_782_400), ("2024-02-29T23:59:59Z", 1_709_251_199),
      ("1900-03-01T00:00:00Z", -2_203_891_200), ("2100-03-01T00:00:00Z", 4_107_542_400),
    ] as [(String, Int64)])
  func `leap years are those of the Gregorian calendar`(text: String, seconds: Int64) {
    #expect(Timestamp(parsing: text)?.secondsSince1970 == seconds)
    #expect(Timestamp(secondsSince1970: seconds).description == text)
  }

  @Test func `every day from 1890 to 2110 survives the way into text and back`() {
    for day in Int64(-29_220)...51_134 {
      let time = Timestamp(secondsSince1970: day * 86_400 + day.magnitude.asSecond)
      #expect(Timestamp(parsing: time.description) == time)
    }
  }

  @Test(arguments: [
    "2017-03-22 23:10:00 UTC", "2017-03-22T23:10:00Z", "2017-03-22T23:10:00", "2017-03-22t23:10:00.999z",
    "2017-03-22T23:10:00,5 UTC", "2017-03-23T01:10:00+02:00", "2017-03-22T18:40:00-0430", "1490224200000",
    "2017-03-22 23:10:00 GMT", "2017-03-22 23:10:00 +0000",
  ])
  func `the ways daemons write a time are all read`(text: String) {
    #expect(Timestamp(parsing: text)?.description == "2017-03-22T23:10:00Z")
  }

  @Test(arguments: [
    "", "now", "2017-03-22", "2017-13-01T00:00:00Z", "2017-02-29T00:00:00Z", "2017-00-10T00:00:00Z",
    "2017-03-22T24:00:00Z", "2017-03-22T23:60:00Z", "2017-03-22T23:10:00 CET", "2017-03-22T23:10:00ZZ",
    "99999999999999999999999", "２０１７-03-22T23:10:00Z", "2017-03-22T23:10:00+", "2017-3-22T23:10:00Z", "12345",
  ])
  func `what is no time is nil`(text: String) {
    #expect(Timestamp(parsing: text) == nil)
  }

  @Test func `no text of any bytes ends the program`() {
    var random = SeededRandom(seed: 7)
    let alphabet = Array("0123456789-:TZ .+,UTC\u{0}é".unicodeScalars)
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...26, using: &random) {
        text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
      }
      if let time = Timestamp(parsing: text) { #expect(Timestamp(parsing: time.description) == time) }
    }
  }
}

extension UInt64 {
  /// Some second of the day, so that days are not all tried at midnight.
  fileprivate var asSecond: Int64 { Int64(self * 7919 % 86_400) }
}
