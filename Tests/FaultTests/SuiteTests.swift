import Foundation
import TestSupport
import Testing

/// The suite itself, judged: its SQS by boto3, its scenarios by daemons that are wrong.
@Suite(.timeLimit(.minutes(10)))
struct SuiteTests {
  private struct Case: Decodable {
    let name: String
    let ok: Bool
    let error: String?

    enum CodingKeys: String, CodingKey {
      case name = "case"
      case ok, error
    }
  }

  private func python(_ script: String, _ arguments: [String] = []) throws -> RunningProgram {
    try RunningProgram(
      executable: URL(filePath: "/usr/bin/env"),
      [MotoServer.pythonInterpreter(), FaultSuite.fixtures.appending(path: script).path] + arguments,
      environment: [
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "PYTHONDONTWRITEBYTECODE": "1",
      ])
  }

  @Test func `to boto3 the scripted SQS is an SQS`() async throws {
    let service = try python("serve.py")
    defer { service.stop() }
    let endpoint = try await service.line { $0.hasPrefix("http://") }
    let judge = try python("judge.py", [endpoint])
    defer { judge.stop() }
    #expect(try await judge.end() == 0)
    let lines = judge.events.current.lines
    let cases = try lines.map { try JSONDecoder().decode(Case.self, from: Data($0.utf8)) }
    #expect(cases.count == 44)
    for found in cases { #expect(found.ok, "\(found.name): \(found.error ?? "")") }
  }

  /// A way to be wrong, where it shows, and in which words.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let mode: String
    let scenario: String
    let words: String

    var testDescription: String { mode }
  }

  @Test(arguments: [
    Mistake(mode: "deletes-early", scenario: "storm", words: "was deleted before any 2xx for it was sent"),
    Mistake(mode: "deletes-failed", scenario: "storm", words: "was deleted before any 2xx for it was sent"),
    Mistake(mode: "loses", scenario: "storm", words: "messages were never accepted"),
    Mistake(mode: "ends", scenario: "storm", words: "sqsd ended by itself with 70"),
    Mistake(mode: "leaks", scenario: "storm", words: "sqsd's resident memory grew"),
    Mistake(mode: "spins", scenario: "refusal", words: "receives in 10 s of nothing but failures"),
    Mistake(mode: "disordered", scenario: "order", words: "was accepted after"),
    Mistake(mode: "gives-all-back", scenario: "dead-letters-of-groups", words: "without having been POSTed"),
    Mistake(mode: "gives-up", scenario: "outage", words: "receives, more than 2"),
    Mistake(mode: "stubborn", scenario: "overload", words: "were refused with 503"),
    Mistake(mode: "leaves-at-once", scenario: "leaving", words: "not within"),
    Mistake(mode: "repeats", scenario: "pair", words: "POSTed more than once without any fault"),
  ])
  func `a daemon with one mistake is caught`(_ mistake: Mistake) async throws {
    let outcomes = try await FaultSuite.run(
      [mistake.scenario], of: FaultSuite.imitation,
      ["--messages", "60", "--kills", "0", "--restarts", "0", "--patience", "0.2", "--with=--mode"]
        + ["--with=\(mistake.mode)"])
    let outcome = try #require(outcomes.first)
    #expect(outcome.failures.contains { $0.contains(mistake.words) }, "\(outcome.words)")
  }

  @Test func `a daemon without mistakes passes every scenario`() async throws {
    let outcomes = try await FaultSuite.run(
      FaultSuite.scenarios, of: FaultSuite.imitation, ["--messages", "120", "--kills", "1", "--patience", "2"])
    for outcome in outcomes { #expect(outcome.ok, "\(outcome.words)") }
  }
}
