import SQSD
import TestSupport
import Testing

@testable import Daemon

struct CronExpressionTests {
  static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(parsing: text)) }

  static func firings(_ text: String, after moment: String, _ count: Int = 3) throws -> [String] {
    let expression = try CronExpression(parsing: text)
    var found: [Timestamp] = []
    while found.count < count, let next = expression.next(after: try found.last ?? time(moment)) { found.append(next) }
    return found.map(\.description)
  }

  private func fault(_ text: String) -> String {
    do throws(CronExpressionError) {
      return "accepted as \(try CronExpression(parsing: text))"
    } catch { return error.reason }
  }

  @Test(
    arguments: [
      ("*/5 * * * *", ["2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z", "2026-01-01T00:15:00Z"]),
      ("* * * * *", ["2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z", "2026-01-01T00:03:00Z"]),
      ("33 */8 * * *", ["2026-01-01T00:33:00Z", "2026-01-01T08:33:00Z", "2026-01-01T16:33:00Z"]),
      ("00 03 * * *", ["2026-01-01T03:00:00Z", "2026-01-02T03:00:00Z", "2026-01-03T03:00:00Z"]),
      ("00 02 * * 7", ["2026-01-04T02:00:00Z", "2026-01-11T02:00:00Z", "2026-01-18T02:00:00Z"]),
      ("0 0 1-31/15 * *", ["2026-01-16T00:00:00Z", "2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"]),
      ("0 12 * JAN-mar,dec Mon", ["2026-01-05T12:00:00Z", "2026-01-12T12:00:00Z", "2026-01-19T12:00:00Z"]),
      ("59 23 31 12 *", ["2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z", "2028-12-31T23:59:00Z"]),
      ("0 0 31 * *", ["2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"]),
      ("0 0 29 2 *", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z", "2036-02-29T00:00:00Z"]),
      // Either day.
      ("0 0 13 * 5", ["2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z"]),
      // Both days: one of the fields begins with a star.
      ("0 0 */2 * 1", ["2026-01-05T00:00:00Z", "2026-01-19T00:00:00Z", "2026-02-09T00:00:00Z"]),
      ("0 0 13 * */5", ["2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z", "2026-09-13T00:00:00Z"]),
      ("0 0 */1 * 1", ["2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z", "2026-01-19T00:00:00Z"]),
      ("0 0 *,5 * 1", ["2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z", "2026-01-19T00:00:00Z"]),
      ("0 0 5,* * 1", ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"]),
      ("0 0 29 2 */6", ["2032-02-29T00:00:00Z", "2048-02-29T00:00:00Z", "2060-02-29T00:00:00Z"]),
      // The sixth field counts for nothing, and blanks around and between for no more.
      ("*/30 * * * * *", ["2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z", "2026-01-01T01:30:00Z"]),
      (" \t0  5\t* * *  \n", ["2026-01-01T05:00:00Z", "2026-01-02T05:00:00Z", "2026-01-03T05:00:00Z"]),
      ("@hourly", ["2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z", "2026-01-01T03:00:00Z"]),
      ("@daily", ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"]),
      ("@midnight", ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"]),
      ("@weekly", ["2026-01-04T00:00:00Z", "2026-01-11T00:00:00Z", "2026-01-18T00:00:00Z"]),
      ("@monthly", ["2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"]),
      ("@yearly", ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z"]),
      ("@annually", ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z"]),
    ] as [(String, [String])])
  func `an expression fires when crontab(5) says`(text: String, next: [String]) throws {
    #expect(try Self.firings(text, after: "2026-01-01T00:00:00Z") == next)
  }

  @Test(
    arguments: [
      ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
      ("0 0 29 2 */7", "2032-03-01T00:00:00Z", "2060-02-29T00:00:00Z"),
      ("* * * * *", "2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z"),
      ("* * * * *", "2028-02-28T23:59:30Z", "2028-02-29T00:00:00Z"),
      ("*/7 * * * *", "2026-12-31T23:58:59Z", "2027-01-01T00:00:00Z"),
      ("59 23 31 12 *", "1969-12-31T23:58:59Z", "1969-12-31T23:59:00Z"),
    ])
  func `leap years, ends of years and moments between minutes`(text: String, moment: String, next: String) throws {
    #expect(try Self.firings(text, after: moment, 1) == [next])
  }

  @Test func `beyond the calendar there is nothing, whatever the moment`() throws {
    let expression = try CronExpression(parsing: "0 0 29 2 *")
    for seconds in [Int64.max, .min, 253_402_300_799, 253_402_300_800, -62_167_219_201] {
      let moment = Timestamp(secondsSince1970: seconds)
      #expect(expression.next(after: moment) == nil)
      #expect(BeanstalkSchedule(of: expression)?.next(after: moment) == nil)
    }
    let end = Timestamp(secondsSince1970: 253_402_300_799)
    #expect(expression.latest(atOrBefore: end, notBefore: end) == nil)
    #expect(
      expression.latest(atOrBefore: end, notBefore: Timestamp(secondsSince1970: 0))?.description
        == "9996-02-29T00:00:00Z")
  }

  @Test(
    arguments: [
      ("", "it is empty: write five fields, minute, hour, day of the month, month, weekday"),
      ("* * * *", "it has 4 of five fields: minute, hour, day of the month, month, weekday"),
      (
        "0 0 12 1 * * 2026",
        "it has 7 fields instead of five: minute, hour, day of the month, month, weekday; no seconds, years or commands"
      ),
      ("60 * * * *", "the minute 60 is out of range: 0–59"),
      ("50-62 * * * *", "the minute 62 is out of range: 0–59"),
      ("0 24 * * *", "the hour 24 is out of range: 0–23"),
      ("0 0 0 * *", "the day of the month 0 is out of range: 1–31"),
      ("0 0 32 * *", "the day of the month 32 is out of range: 1–31"),
      ("0 0 1 13 *", "the month 13 is out of range: 1–12 or jan–dec"),
      ("0 0 * * 8", "the weekday 8 is out of range: 0–7 or sun–sat"),
      ("99999999999999999999 * * * *", "the minute 99999999999999999999 is out of range: 0–59"),
      ("0 22-2 * * *", "the hour 22-2 runs backwards: write 22-23,0-2"),
      ("0 0 * * sat-sun", "the weekday sat-sun runs backwards: write 6-7"),
      ("0 0 * * fri-mon", "the weekday fri-mon runs backwards: write 5-6,0-1"),
      ("0 0 * nov-feb *", "the month nov-feb runs backwards: write 11-12,1-2"),
      ("0/15 * * * *", "the minute 0/15 has a step after a single number, as in Quartz: write */15"),
      ("5/15 * * * *", "the minute 5/15 has a step after a single number, as in Quartz: write 5-59/15"),
      ("0 0 1/2 * *", "the day of the month 1/2 has a step after a single number, as in Quartz: write */2"),
      ("*/0 * * * *", "the minute */0 steps by 0: write * for every one"),
      ("/5 * * * *", "the minute /5 has a step of nothing: write */5"),
      ("*5 * * * *", "the minute *5 has something after the star: write * or a step, such as */5"),
      ("*/x * * * *", "the minute */x has something after the star: write * or a step, such as */5"),
      ("1,,2 * * * *", "the minute has a comma with nothing before or after it"),
      ("1, * * * *", "the minute has a comma with nothing before or after it"),
      ("1-2-3 * * * *", "the minute 1-2-3 is neither *, 0–59, nor a range, list or step of them"),
      ("1- * * * *", "the minute 1- is neither *, 0–59, nor a range, list or step of them"),
      ("+1 * * * *", "the minute +1 is neither *, 0–59, nor a range, list or step of them"),
      ("mon * * * *", "the minute mon is neither *, 0–59, nor a range, list or step of them"),
      ("0 0 L * *", "the day of the month L is Quartz's: cron has numbers, lists, ranges and steps, but no L, W and #"),
      (
        "0 0 15W * *",
        "the day of the month 15W is Quartz's: cron has numbers, lists, ranges and steps, but no L, W and #"
      ),
      ("0 0 * * 5#3", "the weekday 5#3 is Quartz's: cron has numbers, lists, ranges and steps, but no L, W and #"),
      ("0 0 * * friL", "the weekday friL is Quartz's: cron has numbers, lists, ranges and steps, but no L, W and #"),
      (
        "0 12 * * ?",
        "? is a sign of Quartz and EventBridge: write *, and no field of seconds in front or of years at the end"
      ),
      (
        "0 0 12 * * ?",
        "? is a sign of Quartz and EventBridge: write *, and no field of seconds in front or of years at the end"
      ),
      ("0 0 * * Monday", "the weekday Monday is written with three letters: mon"),
      ("0 0 * * monday-friday", "the weekday monday-friday is written with three letters: mon"),
      ("0 0 1 Sept *", "the month Sept is written with three letters: sep"),
      ("@Hourly", "@Hourly is written in small letters: @hourly"),
      ("@reboot", "@reboot is no time: periodic tasks run by the clock only"),
      ("@every 5m", "@every 5m is not cron's: write five fields, such as */5 * * * *"),
      ("@often", "@often is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"),
      ("every 5 minutes", "that is Google App Engine's form: write five fields, such as */5 * * * *"),
      (
        "cron(0 10 * * ? *)",
        "cron(…) and rate(…) are EventBridge's: write five fields, such as 0 10 * * *"
      ),
      ("0 0 30 2 *", "no date matches the day 30 in the month 2: it would never fire"),
      ("0 0 31 2,4,6,9,11 *", "no date matches the day 31 in the month 2,4,6,9,11: it would never fire"),
      ("0 0 30 feb */2", "no date matches the day 30 in the month feb: it would never fire"),
      ("0 9–17 * * *", "an en dash (–, U+2013) where a hyphen should be: write -"),
      (
        "“*/5 * * * *”",
        "a curly quotation mark (“, U+201C) belongs to the text itself, in YAML: write a straight \" instead"
      ),
      (
        "0\u{A0}5 * * *",
        "a non-breaking or other special blank (U+00A0) where a plain one should be: write a plain blank"
      ),
      ("∗/5 * * * *", "a sign that looks like a star (∗, U+2217) where a star should be: write *"),
      ("٣ * * * *", "the character ٣ (U+0663) means nothing in a schedule"),
      ("0 5 * *\u{7} *", "the character \\u{07} (U+0007) means nothing in a schedule"),
    ])
  func `what is no schedule is refused with the reason and the fix`(text: String, reason: String) {
    #expect(fault(text) == reason)
  }

  @Test(
    arguments: [
      ("* */2 * * *", "it fires 60 times in each of its hours: for once an hour put 0 in the minute"),
      ("* 3 * * *", "it fires 60 times in each of its hours: for once an hour put 0 in the minute"),
      ("* * 1 * *", "it fires 1440 times on each of its days: for once a day put 0 in minute and hour"),
      ("* * * * mon", "it fires 1440 times on each of its days: for once a day put 0 in minute and hour"),
      (
        "*/50 * * * *",
        "*/50 in the minute is not every 50 minutes: the last one of each hour is at 50, and after 10 minutes the next "
          + "hour begins at 0"
      ),
      (
        "0 */5 * * *",
        "*/5 in the hour is not every 5 hours: the last one of each day is at 20, and after 4 hours the next day begins "
          + "at 0"
      ),
      ("*/60 * * * *", "*/60 in the minute steps beyond its range: it is the same as 0"),
      ("0 */24 * * *", "*/24 in the hour steps beyond its range: it is the same as 0"),
      ("0 0 */31 * *", "*/31 in the day of the month steps beyond its range: it is the same as 1"),
      (
        "0 0 13 * 5", "day of the month 13 and weekday 5: it fires on days that match either"
      ),
      (
        "0 0 */2 * 1",
        "day of the month */2 and weekday 1: it fires on days that match both, since one of them begins with a star"
      ),
      (
        "*/30 * * * * *",
        "the sixth field * is ignored, as on Beanstalk: it reads the first five, and its finest step is one minute"
      ),
    ])
  func `what is right and hardly meant is warned about`(text: String, warning: String) throws {
    #expect(try CronExpression(parsing: text).warnings == [warning])
  }

  @Test(
    arguments: [
      "* * * * *", "*/1 * * * *", "*/5 * * * *", "*/15 * * * *", "0 */8 * * *", "* 8-18 * * 1-5", "0 0 31 * *",
      "0 0 * * 5-7", "0,5,10,55 * * * *", "@daily", "* * * * 1-5", "0 0 1-31/2 * *",
    ])
  func `what is common is not warned about`(text: String) throws {
    #expect(try CronExpression(parsing: text).warnings == [])
  }

  @Test func `the latest firing that a start may have missed`() throws {
    func latest(_ text: String, _ moment: String, _ earliest: String) throws -> String? {
      try CronExpression(parsing: text).latest(atOrBefore: Self.time(moment), notBefore: Self.time(earliest))?
        .description
    }
    #expect(try latest("*/5 * * * *", "2026-01-01T00:07:00Z", "2026-01-01T00:02:00Z") == "2026-01-01T00:05:00Z")
    #expect(try latest("*/5 * * * *", "2026-01-01T00:05:00Z", "2026-01-01T00:05:00Z") == "2026-01-01T00:05:00Z")
    #expect(try latest("*/5 * * * *", "2026-01-01T00:07:00Z", "2026-01-01T00:05:01Z") == nil)
    #expect(try latest("0 23 * * *", "2026-01-01T00:07:00Z", "2025-12-31T22:00:00Z") == "2025-12-31T23:00:00Z")
    #expect(try latest("0 0 29 2 *", "2026-01-01T00:00:00Z", "2020-01-01T00:00:00Z") == "2024-02-29T00:00:00Z")
    #expect(try latest("0 0 29 2 *", "2026-01-01T00:00:00Z", "2024-03-01T00:00:00Z") == nil)
    #expect(try latest("* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z") == nil)
  }
}
