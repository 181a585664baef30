import Foundation
import TestSupport

/// The fault suite's driver, a Python program in Fixtures/: it runs a daemon between a scripted SQS and a scripted
/// application, and says what it found. Being of another language, it can share no mistake with what it judges.
enum FaultSuite {
  /// What one scenario found.
  struct Outcome: Decodable, Sendable {
    let scenario: String
    let ok: Bool
    let failures: [String]
    /// The command that runs this scenario again, with the same seed.
    let replay: String
    /// What the daemon had to say.
    let log: [String]

    var words: String {
      ([scenario] + failures + ["replay: \(replay)"] + log.suffix(10)).joined(separator: "\n")
    }
  }

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
  static let sqsd = RunningProgram.directory.appending(path: "sqsd")
  /// A daemon in sqsd's place that is right, or wrong in one way.
  static let imitation = fixtures.appending(path: "imitation.py")

  /// Runs scenarios side by side.
  static func run(_ scenarios: [String], of daemon: URL, _ arguments: [String] = []) async throws -> [Outcome] {
    let program = try RunningProgram(
      executable: URL(filePath: "/usr/bin/env"),
      [MotoServer.pythonInterpreter(), fixtures.appending(path: "run.py").path, "--json", "--sqsd", daemon.path]
        + scenarios + arguments,
      environment: ["PYTHONDONTWRITEBYTECODE": "1"])
    // The daemons that it started end with it.
    defer { program.stop() }
    let status = try await program.end()
    let lines = program.events.current.lines
    let outcomes = try lines.filter { $0.hasPrefix("{") }.map {
      try JSONDecoder().decode(Outcome.self, from: Data($0.utf8))
    }
    guard outcomes.count == scenarios.count, status == (outcomes.allSatisfy(\.ok) ? 0 : 1) else {
      throw Failed(description: "the driver ended with \(status) after:\n" + lines.suffix(40).joined(separator: "\n"))
    }
    return outcomes
  }

  /// What a scenario of the short form found. They mostly wait, so all of them run side by side, once.
  static func outcome(of scenario: String) async throws -> Outcome {
    guard let outcome = try await shortForm.value.first(where: { $0.scenario == scenario }) else {
      throw Failed(description: "no scenario \(scenario)")
    }
    return outcome
  }

  static let scenarios = [
    "storm", "storm-of-two", "order", "dead-letters-of-groups", "outage", "start", "refusal", "poison", "pair",
    "leaving", "long-jobs", "overload",
  ]

  private static let shortForm = Task {
    try await run(scenarios, of: sqsd, ["--seed", "1", "--patience", "2"])
  }
}
