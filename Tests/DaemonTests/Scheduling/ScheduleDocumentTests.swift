import Foundation
import SQSD
import Testing

@testable import Daemon

/// docs/schedules.md tells what the code does.
struct ScheduleDocumentTests {
  /// The schedules of the table under a line that begins so, each in its first cell.
  private func schedules(under heading: String) throws -> [String] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/schedules.md")
    let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix(heading) })
    let table = lines[start...].drop { !$0.hasPrefix("| `") }.prefix { $0.hasPrefix("| ") }
    return table.compactMap { line in
      line.firstMatch(of: /^\| `([^`]+)` \|/).map { match in
        let text = String(match.output.1)
        return text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
      }
    }
  }

  @Test func `what it says to differ on Beanstalk differs`() throws {
    let schedules = try schedules(under: "compare them.")
    #expect(schedules.count == 7)
    for text in schedules {
      let expression = try CronExpression(parsing: text)
      let beanstalk = try #require(BeanstalkSchedule(of: expression), "\(text)")
      // Within two years of daily ticks at most.
      var (ours, theirs) = (Timestamp(secondsSince1970: 1_767_225_600), Timestamp(secondsSince1970: 1_767_225_600))
      var isSame = true
      for _ in 0..<800 where isSame {
        guard let next = expression.next(after: ours), let nextThere = beanstalk.next(after: theirs) else {
          isSame = false
          break
        }
        (ours, theirs) = (next, nextThere)
        isSame = ours == theirs
      }
      #expect(!isSame, "\(text)")
    }
  }

  @Test func `what it says to be refused here is refused`() throws {
    let schedules = try schedules(under: "These fire on Beanstalk")
    #expect(schedules.count == 8)
    for text in schedules { #expect(throws: CronExpressionError.self, "\(text)") { try CronExpression(parsing: text) } }
  }

  @Test func `what it says to be the same is the same`() throws {
    let schedules = try schedules(under: "And the same in both")
    #expect(schedules.count == 3)
    for text in schedules.dropLast() {
      let expression = try CronExpression(parsing: text)
      #expect(BeanstalkSchedule(of: expression) == nil)
      #expect(expression.warnings.count == 1)
    }
    #expect(throws: CronExpressionError.self) { try CronExpression(parsing: schedules.last ?? "") }
  }

  @Test func `its example is right`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/schedules.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let example = try #require(text.firstMatch(of: /```yaml\n(version: 1\n(?s:.*?))```/)).output.1
    let cron = CronFile(parsing: Array(example.utf8))
    #expect(cron.findings == [])
    #expect(cron.tasks.count == 2)
  }
}
