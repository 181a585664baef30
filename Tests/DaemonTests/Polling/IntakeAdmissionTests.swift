import TestSupport
import Testing

@testable import Daemon

/// What holds an ``IntakePlan`` back beside its slots.
struct IntakeAdmissionTests {
  private let start = ContinuousClock.now

  @Test func `with nothing admitted nothing is received, whatever is free`() {
    var plan = IntakePlan(capacity: 50, admission: .nothing)
    #expect(plan.free == 0)
    #expect(plan.next(now: start) == .wait(until: nil))
    #expect(!plan.isWorthALook(now: start))
    plan.admission = .everything
    #expect(plan.isWorthALook(now: start))
    #expect(plan.next(now: start) == .receive(10))
  }

  @Test func `what is open when the admission ends may still bring messages`() {
    var plan = IntakePlan(capacity: 50)
    #expect(plan.next(now: start) == .receive(10))
    plan.admission = .nothing
    plan.received(10, of: 10)
    #expect(plan.held == 10)
    #expect(plan.next(now: start) == .wait(until: nil))
  }

  @Test func `a trial is one message beside what is running, and the next only after its answer`() {
    var plan = IntakePlan(capacity: 50)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(10, of: 10)
    plan.admission = .one
    #expect(plan.next(now: start) == .receive(1))
    #expect(plan.next(now: start) == .wait(until: nil))
    plan.received(1, of: 1)
    plan.admission = .one
    #expect(plan.next(now: start) == .wait(until: nil))
    plan.finished()
    #expect(plan.next(now: start) == .receive(1))
  }

  @Test func `a trial that brings nothing is tried again`() {
    var plan = IntakePlan(capacity: 50, admission: .one)
    #expect(plan.next(now: start) == .receive(1))
    plan.received(0, of: 1)
    #expect(plan.next(now: start) == .receive(1))
    #expect(plan.receiveFailed(of: 1, now: start, jitter: 0) == .milliseconds(500))
    #expect(plan.next(now: start.advanced(by: .milliseconds(500))) == .receive(1))
  }

  @Test func `there is no trial without a slot for it, nor while a receive of before is open`() {
    var full = IntakePlan(capacity: 3)
    #expect(full.next(now: start) == .receive(3))
    full.admission = .one
    #expect(full.next(now: start) == .wait(until: nil))
    // Their answers say as much as a trial's.
    full.received(3, of: 3)
    for _ in 0..<3 {
      #expect(full.next(now: start) == .wait(until: nil))
      full.finished()
    }
    #expect(full.next(now: start) == .receive(1))
  }

  @Test func `of a share no more is received than it allows, and always one`() {
    var plan = IntakePlan(capacity: 50, admission: .share(0.5))
    #expect(plan.free == 25)
    plan.admission = .share(0.01)
    #expect(plan.free == 1)
    plan.admission = .share(0)
    #expect(plan.next(now: start) == .receive(1))
    plan.received(1, of: 1)
    #expect(plan.next(now: start) == .wait(until: nil))
    plan.finished()
    #expect(plan.next(now: start) == .receive(1))
  }

  @Test func `a share that becomes smaller than what is running waits until enough has ended`() {
    var plan = IntakePlan(capacity: 10)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(9, of: 10)
    plan.admission = .share(0.5)
    #expect(plan.free == -4)
    for _ in 0..<4 {
      plan.finished()
      #expect(plan.next(now: start) == .wait(until: nil))
    }
    plan.finished()
    #expect(plan.next(now: start) == .receive(1))
  }

  @Test func `a share made of a limit is exactly that limit`() {
    for maximum in 1...1000 {
      var plan = IntakePlan(capacity: maximum)
      for limit in stride(from: 1, through: maximum, by: max(1, maximum / 50)) {
        plan.admission = .share(Double(limit) / Double(maximum))
        #expect(plan.free == limit)
      }
    }
  }

  @Test func `with one at a time each receive is for one, and as many are open as for a backlog of tens`() {
    var plan = IntakePlan(capacity: 30)
    let overdue = start.advanced(by: IntakePlan.overdue)
    #expect(plan.next(now: start, largest: 1) == .receive(1))
    #expect(plan.next(now: start, largest: 1) == .wait(until: nil))
    plan.received(1, of: 1)
    #expect(plan.next(now: start, largest: 1) == .receive(1))
    #expect(plan.next(now: start, largest: 1) == .receive(1))
    #expect(plan.next(now: start, largest: 1) == .wait(until: overdue))
    plan.received(1, of: 1)
    plan.received(1, of: 1)
    for _ in 0..<3 { #expect(plan.next(now: start, largest: 1) == .receive(1)) }
    #expect(plan.next(now: start, largest: 1) == .wait(until: overdue))
  }

  @Test func `receives that hang while there is a backlog do not keep others from being opened, a second later`() {
    var plan = IntakePlan(capacity: 60)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(10, of: 10)
    for _ in 0..<10 { plan.finished() }
    #expect(plan.next(now: start) == .receive(10))
    #expect(plan.next(now: start) == .receive(10))
    var now = start
    for _ in 0..<4 {
      let overdue = now.advanced(by: IntakePlan.overdue)
      #expect(plan.next(now: now) == .wait(until: overdue))
      now = overdue
      #expect(plan.next(now: now) == .receive(10))
    }
    // All slots are asked for.
    #expect(plan.next(now: now) == .wait(until: nil))
    // One that comes back less than full ends the backlog: what is open may be the long poll of an idle queue.
    plan.received(3, of: 10)
    #expect(plan.next(now: now) == .wait(until: nil))
  }

  @Test func `after a failure one receive is opened beside those that hang, and the next success goes on as before`() {
    var plan = IntakePlan(capacity: 50)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(10, of: 10)
    #expect(plan.next(now: start) == .receive(10))
    #expect(plan.next(now: start) == .receive(10))
    // One of the two fails, the other hangs.
    _ = plan.receiveFailed(of: 10, now: start, jitter: 1)
    let later = start.advanced(by: .seconds(1))
    #expect(plan.next(now: start) == .wait(until: later))
    #expect(plan.next(now: later) == .receive(10))
    #expect(plan.next(now: later) == .wait(until: later.advanced(by: IntakePlan.overdue)))
    plan.received(10, of: 10)
    #expect(plan.next(now: later) == .receive(10))
    #expect(plan.next(now: later) == .receive(10))
  }

  @Test func `one at a time does not wait for ten free slots`() {
    var plan = IntakePlan(capacity: 10)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(10, of: 10)
    plan.finished()
    #expect(plan.isWorthALook(now: start, largest: 1))
    #expect(plan.next(now: start, largest: 1) == .receive(1))
  }

  @Test func `who waits for more free slots while fewer are allowed is not forgotten`() {
    var plan = IntakePlan(capacity: 10)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(10, of: 10)
    plan.finished()
    #expect(plan.next(now: start) == .wait(until: start.advanced(by: .milliseconds(100))))
    plan.admission = .share(0.5)
    #expect(plan.next(now: start) == .wait(until: nil))
    for _ in 0..<5 { plan.finished() }
    // One of five is free: it is worth to begin waiting for more.
    #expect(plan.free == 1)
    #expect(plan.isWorthALook(now: start))
    #expect(plan.next(now: start) == .wait(until: start.advanced(by: .milliseconds(100))))
  }

  @Test func `while receives fail it is not worth a look before the pause is over`() {
    var plan = IntakePlan(capacity: 10)
    #expect(plan.next(now: start) == .receive(10))
    plan.received(5, of: 10)
    #expect(plan.next(now: start) == .receive(5))
    _ = plan.receiveFailed(of: 5, now: start, jitter: 0)
    #expect(plan.next(now: start) == .wait(until: start.advanced(by: .milliseconds(500))))
    plan.finished()
    #expect(!plan.isWorthALook(now: start))
    #expect(plan.isWorthALook(now: start.advanced(by: .milliseconds(500))))
  }

  @Test func `it is worth a look exactly if something else would be done now`() {
    var random = SeededRandom(seed: 29)
    let admissions: [Admission] = [.everything, .everything, .share(0.5), .share(0.1), .one, .nothing]
    var looks = [true: 0, false: 0]
    for capacity in [1, 2, 5, 10, 11, 50] {
      var plan = IntakePlan(capacity: capacity)
      var open: [Int] = []
      var now = start
      for _ in 0..<20_000 {
        let largest = Int.random(in: 0..<4, using: &random) == 0 ? 1 : 10
        now = now.advanced(by: .milliseconds(Int.random(in: 0...60, using: &random)))
        switch Int.random(in: 0..<8, using: &random) {
        case 0: plan.admission = admissions.randomElement(using: &random) ?? .everything
        case 1 where !open.isEmpty: _ = plan.receiveFailed(of: open.removeLast(), now: now, jitter: 0.5)
        case 2 where !open.isEmpty, 3 where !open.isEmpty, 4 where !open.isEmpty:
          let asked = open.removeFirst()
          plan.received(Bool.random(using: &random) ? asked : Int.random(in: 0...asked, using: &random), of: asked)
        default: break
        }
        // The poller looks, and acts until it has to wait; then messages end.
        var action = plan.next(now: now, largest: largest)
        while case .receive(let count) = action {
          open.append(count)
          action = plan.next(now: now, largest: largest)
        }
        while plan.held > 0, Bool.random(using: &random) {
          plan.finished()
          let isWorthIt = plan.isWorthALook(now: now, largest: largest)
          var other = plan
          #expect(isWorthIt == (other.next(now: now, largest: largest) != action), "\(plan) \(action)")
          looks[isWorthIt, default: 0] += 1
          guard isWorthIt else { continue }
          action = plan.next(now: now, largest: largest)
          while case .receive(let count) = action {
            open.append(count)
            action = plan.next(now: now, largest: largest)
          }
        }
      }
    }
    #expect(looks.values.allSatisfy { $0 > 1000 })
  }
}
