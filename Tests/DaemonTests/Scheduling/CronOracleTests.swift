import Foundation
import SQSD
import TestSupport
import Testing

@testable import Daemon

/// Ours against two other readers of cron: Ruby's parse-cron, which Beanstalk's daemon uses and Debian packages, and PyPI's
/// croniter. Whatever differs is listed here, and nothing else may.
@Suite(.timeLimit(.minutes(3)))
struct CronOracleTests {
  private static let instants = [
    "2026-01-01T00:00:00Z", "2028-02-28T23:59:30Z", "2026-12-31T23:58:59Z", "2026-04-01T00:00:00Z",
  ]
  private static let firings = 12

  /// Of every instant in turn.
  private typealias Answers = [[Int64]]

  private static func answers(_ next: (Timestamp) -> Timestamp?) throws -> Answers {
    try instants.map { instant in
      var found: [Timestamp] = []
      while found.count < firings, let next = next(try found.last ?? CronExpressionTests.time(instant)) {
        found.append(next)
      }
      return found.map(\.secondsSince1970)
    }
  }

  /// Generated ones, and those of real cron.yaml files.
  private static func expressions() -> [String] {
    var generator = RandomCron(seed: 2026)
    return [
      "*/1 * * * *", "*/5 * * * *", "33 */8 * * *", "00 03 * * *", "00 02 * * 7", "0 0 1-31/2 * *", "*/50 * * * *",
      "*/60 * * * *", "*/90 * * * *", "0 0 * * 5-7", "0 0 13 * 5", "0 0 31 * *", "0 0 29 2 *", "0 0 */2 * 1",
      "0 0 */1 * 1", "0 0 1-31 * 1", "* */2 * * *", "* * 1 * *", "0 0 31 2-4 *", "0 0 30,31 * *", "0 12 29 2 1",
      "*/30 * * * * *", "@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually",
      "0 0 *,5 * 1", "0 0 5,* * 1",
    ] + (0..<300).map { _ in generator.expression() }
  }

  private struct Question: Encodable {
    let expressions: [String]
    let instants: [Int64]
    let firings: Int
  }

  /// Runs a script that reads the question's file and prints an array: for each expression its answers, or a text that says
  /// why it has none.
  private static func ask(
    _ command: [String], _ script: String, _ expressions: [String]
  ) async throws -> [Result<Answers, Refused>] {
    let instants = try instants.map { try CronExpressionTests.time($0).secondsSince1970 }
    let file = FileManager.default.temporaryDirectory.appending(path: "beanpole-\(UUID().uuidString).json")
    try JSONEncoder().encode(Question(expressions: expressions, instants: instants, firings: firings)).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let program = try RunningProgram(
      executable: URL(filePath: "/usr/bin/env"), command + [script, file.path], environment: ["TZ": "UTC"])
    let status = try await program.end()
    let output = program.events.current.lines.joined(separator: "\n")
    guard status == 0 else { throw Refused(reason: output) }
    return try JSONDecoder().decode([Answer].self, from: Data(output.utf8)).map { $0.result }
  }

  private struct Refused: Error {
    let reason: String
  }

  private struct Answer: Decodable {
    let result: Result<Answers, Refused>

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let reason = try? container.decode(String.self) {
        result = .failure(Refused(reason: reason))
      } else {
        result = .success(try container.decode(Answers.self))
      }
    }
  }

  private static let ruby = """
    require 'json'
    require 'parse-cron'
    given = JSON.parse(File.read(ARGV[0]))
    puts JSON.generate(given['expressions'].map { |text|
      begin
        cron = CronParser.new(text)
        given['instants'].map { |start|
          moment = Time.at(start)
          (1..given['firings']).map { (moment = cron.next(moment)).to_i }
        }
      rescue StandardError => error
        error.message
      end
    })
    """

  /// With the star rule of Vixie's cron, which croniter calls a bug of crond.
  private static let python = """
    import json, sys
    from datetime import datetime, timezone
    from croniter import croniter
    given = json.load(open(sys.argv[1]))
    def firings(text, start):
        cron = croniter(text, datetime.fromtimestamp(start, timezone.utc), implement_cron_bug=True,
                        max_years_between_matches=60)
        return [int(cron.get_next(float)) for _ in range(given["firings"])]
    def answer(text):
        try:
            return [firings(text, start) for start in given["instants"]]
        except Exception as error:
            return str(error)
    print(json.dumps([answer(text) for text in given["expressions"]]))
    """

  private static let missing: Comment = "parse-cron is not installed; on Debian it is ruby-parse-cron"

  private static func hasParseCron() async throws -> Bool {
    try await RunningProgram(
      executable: URL(filePath: "/usr/bin/env"), ["ruby", "-e", "require 'json'; require 'parse-cron'"],
      environment: [:]
    ).end() == 0
  }

  @Test(.enabled(missing) { try await hasParseCron() })
  func `parse-cron fires when we do, or when we say that Beanstalk does`() async throws {
    let shifted = [" 5 3 * * *", "\t0 0 1 * *", "  0 6 2 * *"]
    let expressions = Self.expressions() + shifted
    let theirs = try await Self.ask(["ruby", "-e"], Self.ruby, expressions)
    var compared = (same: 0, different: 0)
    for (text, their) in zip(expressions, theirs) {
      // Impossible dates: there is nothing to compare with.
      guard let expression = try? CronExpression(parsing: text) else { continue }
      let beanstalk = BeanstalkSchedule(of: expression)
      if shifted.contains(text) {
        #expect(beanstalk?.differences == [.shifted])
        #expect(try their.get() != Self.answers(expression.next(after:)), "\(text)")
        continue
      }
      let model = try Self.answers(beanstalk?.next(after:) ?? expression.next(after:))
      #expect(try their.get() == model, "\(text), which differs by \(beanstalk?.differences ?? [])")
      if beanstalk == nil { compared.same += 1 } else { compared.different += 1 }
    }
    #expect(compared.same > 150 && compared.different > 30, "\(compared)")
  }

  @Test(.enabled(missing) { try await hasParseCron() })
  func `what parse-cron refuses we refuse, and what we refuse beyond that is listed`() async throws {
    let both = [
      "", "* * * *", "* * * * * * *", "60 * * * *", "*/0 * * * *", "*5 * * * *", "/5 * * * *", "0/15 * * * *",
      "0 0 L * *", "0 0 15W * *", "0 0 * * 5#3", "0 0 * * Monday", "@reboot", "@every 5m", "@Hourly", "0 12 * * ?",
      "1,,2 * * * *", "0 25 * * *", "0 0 1 13 *", "every 5 minutes", "“*/5 * * * *”",
    ]
    // There they fire, and at times that nobody meant.
    let onlyWe = [
      "0 24 * * *", "0 0 32 * *", "0 0 0 * *", "0 0 * * 8", "0 22-2 * * *", "0 0 * * fri-mon", "0 0 30 2 *",
      "1, * * * *", "0 12 * * * ?",
    ]
    let theirs = try await Self.ask(["ruby", "-e"], Self.ruby, both + onlyWe)
    for (text, their) in zip(both + onlyWe, theirs) {
      #expect(throws: CronExpressionError.self, "\(text)") { try CronExpression(parsing: text) }
      let isRefused = if case .failure = their { true } else { false }
      #expect(isRefused == both.contains(text), "\(text)")
    }
    // And refused there, but not here.
    let onlyThey = ["@daily ", " @hourly"]
    for their in try await Self.ask(["ruby", "-e"], Self.ruby, onlyThey) {
      #expect(throws: Refused.self) { try their.get() }
    }
    for text in onlyThey { #expect(try CronExpression(parsing: text).isNamed) }
  }

  /// What croniter does otherwise: `a-a` goes round the whole cycle, a star anywhere in a list makes it one, a sixth field is
  /// seconds.
  private static func isReadOtherwiseByCroniter(_ text: String) -> Bool {
    let fields = text.split(separator: " ")
    if fields.count == 6 { return true }
    return fields.contains { field in
      if field.contains(",*"), !field.hasPrefix("*") { return true }
      return field.split(separator: ",").contains { item in
        let ends = item.prefix { $0 != "/" }.lowercased().split(separator: "-")
        let (first, last) = (ends.first.flatMap(number), ends.last.flatMap(number))
        // Sunday is one day with two numbers.
        return ends.count == 2 && (first == last || (first == 0 && last == 7 && field == fields[4]))
      }
    }
  }

  private static func number(_ text: Substring) -> Int? {
    let words = CronField.month.words.firstIndex(of: String(text)).map { $0 + 1 }
    return Int(text) ?? words ?? CronField.dayOfWeek.words.firstIndex(of: String(text))
  }

  @Test func `croniter with the star rule fires when we do`() async throws {
    let expressions = Self.expressions().filter { (try? CronExpression(parsing: $0)) != nil }
    let theirs = try await Self.ask([MotoServer.pythonInterpreter(), "-c"], Self.python, expressions)
    var compared = 0
    for (text, their) in zip(expressions, theirs) where !Self.isReadOtherwiseByCroniter(text) {
      let ours = try Self.answers(try CronExpression(parsing: text).next(after:))
      #expect(try their.get() == ours, "\(text)")
      compared += 1
    }
    #expect(compared > 200)
  }
}
