import Curl
import Logging
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct ApplicationGateTests {
  private let log = CapturedLog()
  private let refused = Outcome.unreachable(CurlError(code: .connectionFailed, message: "refused"))
  private let broken = Outcome.broken(CurlError(code: .connectionReset, message: "reset"))

  private func gate(capacity: Int = 50, intakes: [Intake] = []) -> ApplicationGate {
    ApplicationGate(application: "http://localhost:80", capacity: capacity, intakes: intakes, logger: log.logger)
  }

  private var openGate: ApplicationGate {
    let gate = gate()
    gate.probed(fault: nil)
    return gate
  }

  private func breakFive(_ gate: ApplicationGate) {
    for id in 0..<5 { gate.posted("\(id)", broken, succeeded: false) }
  }

  // MARK: What is said

  @Test func `waiting for the application is said once, not for each look`() {
    let gate = gate()
    #expect(gate.complaint == "waiting for the application at http://localhost:80")
    for _ in 0..<5 { gate.probed(fault: "refused") }
    gate.probed(fault: nil)
    #expect(
      log.events.current.map(\.message) == [
        "waiting for the application, nothing is received before it is there", "application found, receiving",
      ])
    #expect(log.events.current.first?.metadata["reason"] == "refused")
    #expect(log.events.current.first?.metadata["application"] == "http://localhost:80")
    #expect(gate.complaint == nil)
  }

  @Test func `an application that goes and comes back is two lines, however many notice`() {
    let gate = openGate
    for id in 0..<50 { gate.posted("\(id)", refused, succeeded: false) }
    #expect(gate.complaint == "the application at http://localhost:80 cannot be reached")
    for _ in 0..<5 { gate.probed(fault: "refused") }
    // Both had been on their way, and the first of them lowers the concurrency too.
    for _ in 0..<2 { gate.posted("late", .answered(status: 503), succeeded: false) }
    gate.probed(fault: nil)
    #expect(gate.complaint == nil)
    let lines = log.events.current.dropFirst()
    #expect(
      lines.map(\.message) == [
        "application cannot be reached, receiving paused", "application takes messages again, receiving",
      ])
    #expect(lines.first?.metadata["reason"] == "refused")
    #expect(lines.last?.metadata["paused"] != nil)
  }

  @Test func `refusals are two lines, and trials none`() {
    let gate = openGate
    breakFive(gate)
    #expect(gate.complaint == "the application at http://localhost:80 refuses messages")
    for id in 0..<3 {
      gate.probed(fault: nil)
      #expect(gate.complaint != nil)
      gate.posted("trial \(id)", broken, succeeded: false)
    }
    gate.probed(fault: nil)
    gate.posted("trial", .answered(status: 200), succeeded: true)
    #expect(gate.complaint == nil)
    #expect(
      log.events.current.dropFirst().map(\.message) == [
        "application refuses messages, receiving paused: 5 different ones in a row",
        "application takes messages again, receiving",
      ])
  }

  @Test func `concurrency that goes down and comes back is two lines`() {
    let gate = gate(capacity: 2)
    gate.probed(fault: nil)
    for _ in 0..<3 {
      gate.posted("a", .answered(status: 429), succeeded: false)
      gate.posted("b", .answered(status: 500), succeeded: false)
    }
    for id in 0..<10 { gate.posted("\(id)", .answered(status: 200), succeeded: true) }
    let lines = log.events.current.dropFirst()
    #expect(lines.map(\.message) == ["application asks for less, concurrency lowered", "concurrency is back"])
    #expect(lines.first?.metadata["connections"]?.description == "1")
    #expect(lines.first?.metadata["reason"] == "answered with 429")
  }

  @Test func `a failure of a message alone says nothing and closes nothing`() {
    let gate = openGate
    let outcomes: [Outcome] = [
      .answered(status: 500), .answered(status: 404), .silent(CurlError(code: .idleTimeout, message: "silent")),
      .cutOff, .invalid("bad path"), .expired, .broken(CurlError(code: .badAnswer, message: "no HTTP")),
    ]
    for id in 0..<100 { gate.posted("\(id)", outcomes[id % outcomes.count], succeeded: false) }
    #expect(gate.complaint == nil)
    #expect(log.events.current.count == 1)
  }

  // MARK: Who waits

  @Test func `what is held waits until the application is there`() async throws {
    let gate = openGate
    #expect(!gate.isUnreachable)
    gate.posted("a", refused, succeeded: false)
    #expect(gate.isUnreachable)
    let ends = TestSignal<[Bool]>([])
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for _ in 0..<10 {
        tasks.addTask {
          let isThere = await gate.untilReachable(until: .now + .seconds(60))
          ends.update { $0.append(isThere) }
        }
      }
      gate.probed(fault: "refused")
      #expect(ends.current.isEmpty)
      gate.probed(fault: nil)
      try await tasks.waitForAll()
    }
    #expect(ends.current == Array(repeating: true, count: 10))
  }

  @Test func `it waits no longer than its deadline`() async {
    let gate = openGate
    gate.posted("a", refused, succeeded: false)
    #expect(await !gate.untilReachable(until: .now + .milliseconds(1)))
    #expect(await !gate.untilReachable(until: .now - .seconds(1)))
  }

  @Test func `it waits no longer than until the drain begins, and not at all after it`() async throws {
    let gate = openGate
    gate.posted("a", refused, succeeded: false)
    try await withThrowingTaskGroup(of: Bool.self) { tasks in
      for _ in 0..<10 { tasks.addTask { await gate.untilReachable(until: .now + .seconds(60)) } }
      gate.drain()
      for try await isThere in tasks { #expect(!isThere) }
    }
    gate.probed(fault: nil)
    #expect(await !gate.untilReachable(until: .now + .seconds(60)))
  }

  @Test func `a cancelled delivery does not wait`() async throws {
    let gate = openGate
    gate.posted("a", refused, succeeded: false)
    try await withThrowingTaskGroup(of: Bool.self) { tasks in
      for _ in 0..<10 { tasks.addTask { await gate.untilReachable(until: .now + .seconds(60)) } }
      tasks.cancelAll()
      for try await isThere in tasks { #expect(!isThere) }
    }
  }

  @Test func `an application that refuses can be sent to`() async {
    let gate = openGate
    breakFive(gate)
    #expect(!gate.isUnreachable)
    #expect(await gate.untilReachable(until: .now + .seconds(60)))
  }

  @Test func `there is nothing to probe for while all is well`() async throws {
    let gate = gate()
    #expect(await gate.untilProbeIsDue())
    gate.probed(fault: nil)
    let isDue = TestSignal(false)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        let next = await gate.untilProbeIsDue()
        isDue.update { $0 = next }
      }
      #expect(!isDue.current)
      gate.posted("a", refused, succeeded: false)
      try await tasks.waitForAll()
    }
    #expect(isDue.current)
  }

  @Test(.timeLimit(.minutes(1)))
  func `an application that cannot be reached is not probed as seldom as one that refuses`() async {
    let gate = openGate
    // Each trial in vain doubles the pause, which is a minute now.
    breakFive(gate)
    for _ in 0..<7 { gate.probed(fault: "no") }
    await withTaskGroup(of: Bool.self) { tasks in
      tasks.addTask { await gate.untilProbeIsDue() }
      gate.posted("late", refused, succeeded: false)
      #expect(await tasks.next() == true)
    }
  }

  @Test func `who waits for a probe can be cancelled`() async {
    let gate = openGate
    await withTaskGroup(of: Bool.self) { tasks in
      tasks.addTask { await gate.untilProbeIsDue() }
      tasks.cancelAll()
      #expect(await tasks.next() == false)
    }
  }
}
