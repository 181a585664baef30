import SQSD
import Testing

@testable import Daemon

/// What parse-cron was seen to do; CronOracleTests asks the library itself.
struct BeanstalkScheduleTests {
  private func firings(_ text: String, after moment: String, _ count: Int = 4) throws -> [String]? {
    guard let schedule = BeanstalkSchedule(of: try CronExpression(parsing: text)) else { return nil }
    var found: [Timestamp] = []
    while found.count < count, let next = schedule.next(after: try found.last ?? CronExpressionTests.time(moment)) {
      found.append(next)
    }
    return found.map { String($0.description.dropLast(4)) }
  }

  @Test(
    arguments: [
      // A day that the month lacks becomes the 1st there.
      ("0 0 31 * *", "2026-01-01", ["2026-01-31T00:00", "2026-02-01T00:00", "2026-03-31T00:00", "2026-04-01T00:00"]),
      ("0 0 31 * *", "2026-04-01", ["2026-05-31T00:00", "2026-06-01T00:00", "2026-07-31T00:00", "2026-08-31T00:00"]),
      // Not in the first of the listed months: from there it goes on to the next one.
      ("0 0 29 2 *", "2026-01-01", ["2027-02-01T00:00", "2028-02-29T00:00", "2029-02-01T00:00", "2030-02-01T00:00"]),
      ("0 0 29 2 *", "2026-04-01", ["2028-02-29T00:00", "2029-02-01T00:00", "2030-02-01T00:00", "2031-02-01T00:00"]),
      ("0 3 31 5,6 *", "2026-05-31", ["2026-05-31T03:00", "2026-06-01T03:00", "2027-05-31T03:00", "2027-06-01T03:00"]),
      // Once, at the first of its times.
      (
        "0,30 3 31 5,6 *", "2026-06-01",
        ["2027-05-31T03:00", "2027-05-31T03:30", "2027-06-01T03:00", "2028-05-31T03:00"]
      ),
      // A star with a step is no star.
      ("0 0 */2 * 1", "2026-01-01", ["2026-01-03T00:00", "2026-01-05T00:00", "2026-01-07T00:00", "2026-01-09T00:00"]),
      ("0 0 13 * */1", "2026-01-01", ["2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00", "2026-01-05T00:00"]),
      // Nobody can say, or never.
      (" 5 3 * * *", "2026-01-01", []),
      (" @daily", "2026-01-01", []),
    ] as [(String, String, [String])])
  func `where it fires at other times, those are known`(text: String, day: String, next: [String]) throws {
    #expect(try firings(text, after: day + "T00:00:00Z") == next)
  }

  @Test(
    arguments: [
      "* * * * *", "0 0 1 * *", "0 0 28 2 *", "0 0 1,31 * *", "0 0 13 * 5", "0 0 31 * 5", "0 0 */2 * *", "0 0 * * */2",
      "0 0 31 1,3,5,7,8,10,12 *", "@daily", "0 5 * * * ", "0 5 * * * *", "0 0 1-31 * 1",
    ])
  func `where it fires when we do, nothing is said`(text: String) throws {
    #expect(try firings(text, after: "2026-01-01T00:00:00Z") == nil)
  }
}
