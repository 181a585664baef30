import Foundation
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5)))
struct TickSimulationTests {
  /// More for a long run: BEANPOLE_TICK_SEEDS=10000.
  private static let seeds =
    UInt64(ProcessInfo.processInfo.environment["BEANPOLE_TICK_SEEDS"] ?? "").map { $0 } ?? 100

  private func judge(_ kind: Scenario.Kind, _ guarding: Scenario.Guard) {
    var counts = Verdict.Counts()
    for seed in 0..<Self.seeds {
      var world = SimulatedWorld(seed: seed, kind: kind, guarding)
      let violations = world.run()
      counts += world.verdict.counts
      guard violations.isEmpty else {
        var again = SimulatedWorld(seed: seed, kind: kind, guarding, keepsHistory: true)
        let lines = again.run() + ["What happened:"] + (again.history ?? [])
        Issue.record("\(guarding), \(kind), seed \(seed):\n\(lines.joined(separator: "\n"))")
        return
      }
    }
    // Otherwise there was nothing to judge.
    #expect(counts.ticks > 10 * Self.seeds && counts.owed > 5 * Self.seeds, "\(counts)")
  }

  @Test(arguments: Scenario.Kind.allCases)
  func `with a table every promise holds, whatever goes wrong`(kind: Scenario.Kind) {
    judge(kind, .table)
  }

  @Test(arguments: [Scenario.Kind.calm, .crashes, .pauses, .losses, .blackouts, .deployments])
  func `with a FIFO queue there is one message a tick, whatever goes wrong`(kind: Scenario.Kind) {
    judge(kind, .fifo)
  }

  @Test(arguments: [Scenario.Kind.calm, .pauses, .losses, .blackouts, .clocks])
  func `alone a daemon sends no tick again that it knows to be sent`(kind: Scenario.Kind) {
    judge(kind, .alone)
  }

  @Test(arguments: Mutant.allCases)
  func `a protocol with one thing wrong is found out`(mutant: Mutant) {
    let finder = (0..<1_000 as Range<UInt64>).first { seed in
      var world = SimulatedWorld(seed: seed, kind: mutant.kind, mutant: mutant)
      return !world.run().isEmpty
    }
    #expect(finder != nil)
  }
}
