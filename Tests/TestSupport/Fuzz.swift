import Foundation

/// Tests of generated cases: the first few in `make test`, always the same; new ones for a minute in `make soak`
/// (SOAK_SECONDS); and one alone, by its number, to look at a failure again (FUZZ_SEED).
///
/// A test that uses it has `Fuzz` in the name of its suite: that is what `make soak` runs.
package enum Fuzz {
  /// Calls `test` with a case's random numbers until it throws. `quick` is the number of cases in `make test`.
  package static func run(
    quick: Int, name: String = #function, _ test: (inout SeededRandom) async throws -> Void
  ) async throws {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["FUZZ_SEED"].flatMap(UInt64.init) {
      try await run(seed, name, test)
    } else if let seconds = environment["SOAK_SECONDS"].flatMap(Int.init) {
      let first = UInt64.random(in: 1 << 32...1 << 62)
      var seed = first
      let end = ContinuousClock.now + .seconds(seconds)
      while ContinuousClock.now < end {
        try await run(seed, name, test)
        seed += 1
      }
      print("\(name): \(seed - first) cases")
    } else {
      for seed in 0..<UInt64(quick) { try await run(seed, name, test) }
    }
  }

  private static func run(
    _ seed: UInt64, _ name: String, _ test: (inout SeededRandom) async throws -> Void
  ) async throws {
    var random = SeededRandom(seed: seed)
    do {
      try await test(&random)
    } catch {
      throw FuzzFailure(seed: seed, name: name, error: error)
    }
  }
}

/// What a case has found, in words for whoever reads the test's output.
package struct FuzzFinding: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}

package struct FuzzFailure: Error, CustomStringConvertible {
  let seed: UInt64
  let name: String
  let error: any Error

  package var description: String {
    "case \(seed): \(error)\nTo see it again: FUZZ_SEED=\(seed) swift test --filter '\(name.prefix { $0 != "(" })'"
  }
}
