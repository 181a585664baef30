import SQSD
import TestSupport
import Testing

@testable import Daemon

/// Generated expressions, judged by a matcher that asks every minute.
struct CronPropertyTests {
  private func reason(_ text: String) -> String? {
    do throws(CronExpressionError) {
      _ = try CronExpression(parsing: text)
      return nil
    } catch { return error.reason }
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `every firing is later, matches, and nothing that matches is between`(seed: UInt64) throws {
    var generator = RandomCron(seed: seed)
    for _ in 0..<40 {
      let text = generator.expression()
      guard let expression = try? CronExpression(parsing: text) else {
        // The generator makes impossible dates too. Nothing else of it is refused.
        #expect(reason(text)?.hasPrefix("no date matches") == true)
        #expect(NaiveCron(text).firings(after: Timestamp(secondsSince1970: 0), days: 400) == [], "\(text)")
        continue
      }
      let start = Timestamp(secondsSince1970: generator.number(in: -1_000_000_000...4_000_000_000))
      let all = NaiveCron(text).firings(after: start, days: 70)
      for (moment, firing) in zip([start] + all, all).prefix(40) + zip([start] + all, all).suffix(2) {
        #expect(expression.next(after: moment) == firing, "\(text) after \(moment)")
      }
      // What it says beyond them is not within these days.
      if let last = all.last, let next = expression.next(after: last) {
        #expect(next.secondsSince1970 >= (start.secondsSince1970 / 86_400 + 69) * 86_400, "\(text)")
      }
    }
  }

  @Test(arguments: 11...14 as ClosedRange<UInt64>)
  func `the latest one is the last of those that a walk from the earliest finds`(seed: UInt64) throws {
    var generator = RandomCron(seed: seed)
    for _ in 0..<40 {
      let text = generator.expression()
      guard let expression = try? CronExpression(parsing: text) else { continue }
      let earliest = Timestamp(secondsSince1970: generator.number(in: 0...4_000_000_000))
      let moment = Timestamp(secondsSince1970: earliest.secondsSince1970 + generator.number(in: 0...5_000_000))
      let before = Timestamp(secondsSince1970: earliest.secondsSince1970 - 1)
      let expected = NaiveCron(text).firings(after: before, days: 60).last { $0 <= moment }
      #expect(
        expression.latest(atOrBefore: moment, notBefore: earliest) == expected, "\(text) from \(earliest) to \(moment)")
    }
  }

  @Test(arguments: 21...24 as ClosedRange<UInt64>)
  func `hostile texts are refused or fire, and soon`(seed: UInt64) throws {
    var generator = RandomCron(seed: seed)
    let pieces = [
      "*", "/", "-", ",", "0", "7", "59", "60", "99999999999999999999", "mon", "SUN", "dec", " ", "  ", "\t", "\n", "@",
      "@daily", "?", "L", "#", "é", "—", "“", "\u{0}", "\u{202E}", "every ", "*/", "1-", "\u{1F468}\u{200D}\u{1F469}",
    ]
    for _ in 0..<3000 {
      let count = generator.number(in: 0...24)
      let text = (0..<count).map { _ in pieces[Int(generator.number(in: 0...Int64(pieces.count - 1)))] }.joined()
      if let expression = try? CronExpression(parsing: text) {
        let moment = Timestamp(secondsSince1970: 1_767_225_600)
        let next = try #require(expression.next(after: moment), "\(text)")
        #expect(next > moment && next.secondsSince1970 % 60 == 0)
      } else {
        let reason = reason(text) ?? ""
        #expect(!reason.isEmpty && reason.utf8.count < 700)
        #expect(!reason.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E }, "\(reason)")
      }
    }
  }

  @Test func `a text of any length costs little`() {
    for text in [
      String(repeating: "*", count: 1_000_000), String(repeating: "1,", count: 500_000) + "1 * * * *",
      String(repeating: " ", count: 1_000_000), String(repeating: "9", count: 999) + " * * * *",
      Array(repeating: "*/1", count: 200).joined(separator: ",") + " * * * *",
    ] {
      if let expression = try? CronExpression(parsing: text) { #expect(text.utf8.count <= 1000, "\(expression)") }
    }
  }
}
