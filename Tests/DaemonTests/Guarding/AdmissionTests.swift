import Curl
import Logging
import TestSupport
import Testing

@testable import Daemon

/// What a gate lets intakes receive.
@Suite(.timeLimit(.minutes(1)))
struct AdmissionTests {
  private let broken = Outcome.broken(CurlError(code: .connectionReset, message: "reset"))

  private func withReceiving(
    _ capacities: [Int], _ body: (ApplicationGate, [Receiving]) async throws -> Void
  ) async throws {
    let intakes = capacities.map { Intake(capacity: $0) }
    let gate = ApplicationGate(
      application: "a", capacity: capacities.reduce(0, +), intakes: intakes, logger: CapturedLog().logger)
    try await Receiving.with(intakes) { try await body(gate, $0) }
  }

  @Test func `nothing is received before the application is there, and then by every queue`() async throws {
    try await withReceiving([10, 7]) { gate, all in
      gate.probed(fault: "refused")
      #expect(all.allSatisfy { $0.counts.current.isEmpty })
      gate.probed(fault: nil)
      try await all[0].counts.wait { $0 == [10] }
      try await all[1].counts.wait { $0 == [7] }
    }
  }

  @Test func `after refusals nothing is received, then one by one, then everything again`() async throws {
    try await withReceiving([10]) { gate, all in
      let queue = all[0]
      gate.probed(fault: nil)
      try await queue.counts.wait { $0 == [10] }
      for id in 0..<5 { gate.posted("\(id)", broken, succeeded: false) }
      // Ten free slots, which an admission of more would fill at once.
      queue.finish(10)
      gate.probed(fault: nil)
      try await queue.counts.wait { $0 == [10, 1] }
      // An answer that says nothing about the application: the next trial.
      queue.finish(1)
      try await queue.counts.wait { $0 == [10, 1, 1] }
      gate.posted("t", broken, succeeded: false)
      queue.finish(1)
      gate.probed(fault: nil)
      try await queue.counts.wait { $0 == [10, 1, 1, 1] }
      queue.finish(1)
      // After refusals it begins with little, and what succeeds brings more.
      for id in 0..<50 { gate.posted("\(id)", .answered(status: 200), succeeded: true) }
      try await queue.counts.wait { $0.dropFirst(4).reduce(0, +) == 10 }
    }
  }

  @Test func `an application that asks for less gets less, from all queues in proportion`() async throws {
    try await withReceiving([8, 4]) { gate, all in
      gate.probed(fault: nil)
      for (queue, capacity) in zip(all, [8, 4]) { try await queue.counts.wait { $0 == [capacity] } }
      gate.posted("a", .answered(status: 503), succeeded: false)
      for (queue, capacity) in zip(all, [8, 4]) { queue.finish(capacity) }
      try await all[0].counts.wait { $0.dropFirst().reduce(0, +) == 4 }
      try await all[1].counts.wait { $0.dropFirst().reduce(0, +) == 2 }
    }
  }

  @Test func `whoever tells an intake last tells it how things are`() async throws {
    // Many tasks change the gate at once; each time in the end the application is there.
    for _ in 0..<50 {
      try await withReceiving([10]) { gate, all in
        await withTaskGroup(of: Void.self) { tasks in
          for id in 0..<8 {
            tasks.addTask {
              if id.isMultiple(of: 2) {
                gate.posted("\(id)", .unreachable(CurlError(code: .connectionFailed, message: "no")), succeeded: false)
              } else {
                gate.probed(fault: nil)
              }
            }
          }
        }
        gate.probed(fault: nil)
        try await all[0].counts.wait { $0.reduce(0, +) == 10 }
      }
    }
  }
}
