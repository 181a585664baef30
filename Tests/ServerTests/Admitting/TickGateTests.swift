import SQSD
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct TickGateTests {
  private func gate(_ overlap: TickGate.Overlap, maxAge: Duration? = nil, waiting: Int = 2) -> TickGate {
    TickGate(overlap: overlap, maxAge: maxAge, waitingLimit: waiting, now: { Timestamp(secondsSince1970: 1000) })
  }

  @Test(
    arguments: [
      (nil, nil), (1000, nil), (940, nil), (939, 61), (0, 1000), (2000, nil), (Int64.min, nil), (Int64.max, nil),
    ] as [(Int64?, Int64?)])
  func `a tick is too old when more than the age has gone by since it was due`(due: Int64?, age: Int64?) {
    let task = PeriodicTask(name: "t", scheduledAt: due.map(Timestamp.init(secondsSince1970:)))
    #expect(gate(.allow, maxAge: .seconds(60)).excessiveAge(of: task) == age)
    #expect(gate(.allow).excessiveAge(of: task) == nil)
  }

  @Test func `what is no tick has no age`() {
    #expect(gate(.allow, maxAge: .seconds(1)).excessiveAge(of: nil) == nil)
  }

  @Test func `ticks that may overlap need no turn`() {
    #expect(gate(.allow).lane(of: "t") == nil)
  }

  @Test func `with skip there is one run of a task, and none waits`() async throws {
    let gate = gate(.skip)
    let lane = try #require(gate.lane(of: "t"))
    #expect(await lane.enter() == .granted)
    let again = try #require(gate.lane(of: "t"))
    #expect(await again.enter() == .full)
    gate.giveBack(laneOf: "t")
    let other = try #require(gate.lane(of: "other"))
    #expect(await other.enter() == .granted)
    lane.leave()
    gate.giveBack(laneOf: "t")
    let later = try #require(gate.lane(of: "t"))
    #expect(await later.enter() == .granted)
  }

  @Test func `with queue the others wait, as many as may`() async throws {
    let gate = gate(.queue, waiting: 1)
    let lane = try #require(gate.lane(of: "t"))
    #expect(await lane.enter() == .granted)
    async let second = gate.lane(of: "t")?.enter()
    #expect(await eventually { lane.counts.waiting == 1 })
    #expect(await gate.lane(of: "t")?.enter() == .full)
    lane.leave()
    #expect(await second == .granted)
  }

  @Test func `closed, it lets nobody in, be it a new task`() async throws {
    let gate = gate(.queue)
    let lane = try #require(gate.lane(of: "t"))
    #expect(await lane.enter() == .granted)
    async let second = gate.lane(of: "t")?.enter()
    #expect(await eventually { lane.counts.waiting == 1 })
    gate.close()
    #expect(await second == .draining)
    #expect(await gate.lane(of: "t")?.enter() == .draining)
    #expect(await gate.lane(of: "new")?.enter() == .draining)
  }
}
