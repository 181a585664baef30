import TestSupport
import Testing

@testable import Daemon

struct IntakePlanTests {
  private let start = ContinuousClock.now

  @Test func `an idle queue has one open receive, for as many as fit`() {
    var plan = IntakePlan(capacity: 50)
    #expect(plan.next(now: start) == .receive(10))
    #expect(plan.next(now: start) == .wait(until: nil))
    plan.received(0, of: 10)
    #expect(plan.next(now: start) == .receive(10))
  }

  @Test func `a small capacity asks for what it can hold`() {
    var plan = IntakePlan(capacity: 3)
    #expect(plan.next(now: start) == .receive(3))
    plan.received(3, of: 3)
    #expect(plan.next(now: start) == .wait(until: nil))
    for _ in 0..<3 { plan.finished() }
    #expect(plan.next(now: start) == .receive(3))
  }

  @Test func `full receives open more receives, up to the free slots; one less than full goes back to one`() {
    var plan = IntakePlan(capacity: 50)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(10, of: 10)
    #expect(plan.next(now: start) == .receive(10))
    #expect(plan.next(now: start) == .receive(10))
    #expect(plan.next(now: start) == .wait(until: start.advanced(by: IntakePlan.overdue)))
    plan.received(10, of: 10)
    plan.received(10, of: 10)
    #expect(plan.held == 30)
    #expect(plan.next(now: start) == .receive(10))
    #expect(plan.next(now: start) == .receive(10))
    #expect(plan.next(now: start) == .wait(until: nil))
    plan.received(10, of: 10)
    plan.received(4, of: 10)
    for _ in 0..<44 { plan.finished() }
    #expect(plan.next(now: start) == .receive(10))
    #expect(plan.next(now: start) == .wait(until: nil))
  }

  @Test func `with a backlog it waits for ten free slots, but no longer than 100 ms`() {
    var plan = IntakePlan(capacity: 10)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(10, of: 10)
    plan.finished()
    let deadline = start.advanced(by: .milliseconds(100))
    #expect(plan.next(now: start) == .wait(until: deadline))
    plan.finished()
    #expect(plan.next(now: start.advanced(by: .milliseconds(60))) == .wait(until: deadline))
    #expect(plan.next(now: deadline) == .receive(2))
  }

  @Test func `without a backlog a free slot is used at once`() {
    var plan = IntakePlan(capacity: 10)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(9, of: 10)
    #expect(plan.next(now: start) == .receive(1))
  }

  @Test func `failed receives pause longer and longer, never less than half the pause, and a success ends that`() {
    var plan = IntakePlan(capacity: 10)
    var now = start
    var pauses: [Duration] = []
    for _ in 0..<9 {
      #expect(plan.next(now: now) == .receive(10))
      let pause = plan.receiveFailed(of: 10, now: now, jitter: 1)
      #expect(plan.next(now: now) == .wait(until: now.advanced(by: pause)))
      now = now.advanced(by: pause)
      pauses.append(pause)
    }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    #expect(plan.next(now: now) == .receive(10))
    plan.received(0, of: 10)
    #expect(plan.failures == 0)
    #expect(plan.next(now: now) == .receive(10))
    #expect(plan.receiveFailed(of: 10, now: now, jitter: 0) == .milliseconds(500))
  }

  @Test func `receives that fail together are one failure, and a success ends the pause`() {
    var plan = IntakePlan(capacity: 50)
    for _ in 0..<2 {
      #expect(plan.next(now: start) == .receive(10))
      plan.received(10, of: 10)
    }
    for _ in 0..<3 { #expect(plan.next(now: start) == .receive(10)) }
    for _ in 0..<2 { #expect(plan.receiveFailed(of: 10, now: start, jitter: 1) == .seconds(1)) }
    #expect(plan.failures == 1)
    plan.received(0, of: 10)
    #expect(plan.next(now: start) == .receive(10))
  }

  @Test func `a server that does not honour the wait is not asked without end`() {
    var plan = IntakePlan(capacity: 50)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(0, of: 10)
    plan.cameBackEmpty(after: .milliseconds(3), now: start)
    #expect(plan.next(now: start) == .wait(until: start.advanced(by: .seconds(1))))
    #expect(plan.next(now: start.advanced(by: .seconds(1))) == .receive(10))
    plan.received(0, of: 10)
    plan.cameBackEmpty(after: .seconds(20), now: start)
    #expect(plan.next(now: start) == .receive(10))
  }

  @Test func `after the stop nothing is received`() {
    var plan = IntakePlan(capacity: 10)
    plan.stop()
    #expect(plan.next(now: start) == .stop)
  }

  @Test func `whatever happens, held and asked for together never exceed the capacity`() {
    var random = SeededRandom(seed: 11)
    for capacity in [1, 2, 9, 10, 11, 50, 1000] {
      var plan = IntakePlan(capacity: capacity)
      var open: [Int] = []
      var now = start
      for _ in 0..<5_000 {
        now = now.advanced(by: .milliseconds(Int.random(in: 0...150, using: &random)))
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
          if case .receive(let count) = plan.next(now: now) {
            #expect((1...10).contains(count))
            open.append(count)
          }
        case 1 where !open.isEmpty:
          let asked = open.remove(at: Int.random(in: 0..<open.count, using: &random))
          plan.received(Int.random(in: 0...asked, using: &random), of: asked)
        case 2 where !open.isEmpty:
          _ = plan.receiveFailed(of: open.removeLast(), now: now, jitter: 0.5)
        default:
          if plan.held > 0 { plan.finished() }
        }
        #expect(plan.held >= 0 && plan.asked == open.reduce(0, +) && plan.openReceives == open.count)
        #expect(plan.held + plan.asked <= capacity)
        #expect(plan.openReceives <= max(1, capacity / 10))
      }
    }
  }
}
