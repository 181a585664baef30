import TestSupport
import Testing

/// sqsd between an SQS and an application that fail by plan. `make soak` is the long form of it.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct FaultTests {
  private func expectGood(_ scenario: String) async throws {
    let outcome = try await FaultSuite.outcome(of: scenario)
    #expect(outcome.ok, "\(outcome.words)")
  }

  @Test func `in a storm of every fault, with kills and restarts, all is accepted and nothing deleted before`()
    async throws
  {
    try await expectGood("storm")
  }

  @Test func `two sqsd come through the same storm on one queue`() async throws {
    try await expectGood("storm-of-two")
  }

  @Test func `without faults two sqsd on one queue POST every message exactly once`() async throws {
    try await expectGood("pair")
  }

  @Test func `a FIFO queue keeps the order of its groups in the storm`() async throws {
    try await expectGood("order")
  }

  @Test func `with three receives no message of a group becomes a dead letter without having been POSTed`()
    async throws
  {
    try await expectGood("dead-letters-of-groups")
  }

  @Test func `an application that is away costs no message more than two receives`() async throws {
    try await expectGood("outage")
  }

  @Test func `before the application is there, nothing is received in vain`() async throws {
    try await expectGood("start")
  }

  @Test func `an SQS that only fails is asked seldom, and noticed when it is back`() async throws {
    try await expectGood("refusal")
  }

  @Test func `a message that makes the application drop its connection disturbs no other`() async throws {
    try await expectGood("poison")
  }

  @Test func `SIGTERM under load, and a new sqsd, again and again: nothing is done twice and nothing stays hidden`()
    async throws
  {
    try await expectGood("leaving")
  }

  @Test func `jobs of three visibility timeouts are done once although SQS fails by plan`() async throws {
    try await expectGood("long-jobs")
  }

  @Test func `an application that is overloaded gets fewer POSTs at once, not the same ones over and over`()
    async throws
  {
    try await expectGood("overload")
  }
}
