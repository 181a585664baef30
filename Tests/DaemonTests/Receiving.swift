import TestSupport

@testable import Daemon

/// Receives whenever an intake lets it, and is brought all that it asks for.
struct Receiving {
  let intake: Intake
  let counts = TestSignal<[Int]>([])

  func run() async {
    while let count = await intake.nextReceive() {
      // Before anything that is asked for next.
      intake.received(count, of: count, took: .zero)
      counts.update { $0.append(count) }
    }
  }

  func finish(_ count: Int) {
    for _ in 0..<count { intake.finished() }
  }

  /// Runs until the body returns.
  static func with(_ intakes: [Intake], _ body: ([Receiving]) async throws -> Void) async throws {
    let all = intakes.map { Receiving(intake: $0) }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for receiving in all { tasks.addTask { await receiving.run() } }
      do {
        try await body(all)
      } catch {
        tasks.cancelAll()
        throw error
      }
      for receiving in all { receiving.intake.stop() }
      try await tasks.waitForAll()
    }
  }
}
