import TestSupport
import Testing

@testable import Server

struct CapacityTests {
  @Test func `slots first, then waiting places in order, then nothing`() {
    var capacity = Capacity(concurrency: 2, waitingLimit: 2)
    #expect([1, 2, 3, 4, 5].map { capacity.enter($0) } == [.granted, .granted, .waiting, .waiting, .full])
    #expect(capacity.leave() == 3)
    #expect(capacity.running == 2)
    #expect(capacity.enter(6) == .waiting)
    #expect([capacity.leave(), capacity.leave(), capacity.leave(), capacity.leave()] == [4, 6, nil, nil])
    #expect(capacity.running == 0)
  }

  @Test func `whoever gives up is not given a slot`() {
    var capacity = Capacity(concurrency: 1, waitingLimit: 5)
    for ticket in 1...4 { _ = capacity.enter(ticket) }
    let withdrawn = [2, 2, 1].map { capacity.withdraw($0) }
    #expect(withdrawn == [true, false, false])
    #expect(capacity.leave() == 3)
  }

  @Test func `closing sends all who wait away and lets the others end`() {
    var capacity = Capacity(concurrency: 1, waitingLimit: 5)
    for ticket in 1...3 { _ = capacity.enter(ticket) }
    #expect(capacity.close() == [2, 3])
    #expect(capacity.enter(4) == .closed)
    #expect(capacity.leave() == nil)
    #expect(capacity.running == 0)
  }

  @Test func `with no waiting places the next one is turned away`() {
    var capacity = Capacity(concurrency: 1, waitingLimit: 0)
    #expect(capacity.enter(1) == .granted)
    #expect(capacity.enter(2) == .full)
  }

  @Test func `under random use no more run than may, and nobody is lost`() {
    var generator = SeededRandom(seed: 3)
    var capacity = Capacity(concurrency: 3, waitingLimit: 4)
    var (running, waiting): (Set<Int>, Set<Int>) = ([], [])
    for ticket in 1...5_000 {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0 where !running.isEmpty:
        running.removeFirst()
        if let next = capacity.leave() {
          #expect(waiting.remove(next) != nil)
          running.insert(next)
        }
      case 1:
        if let ticket = waiting.randomElement(using: &generator) {
          let isWithdrawn = capacity.withdraw(ticket)
          #expect(isWithdrawn)
          waiting.remove(ticket)
        }
      default:
        switch capacity.enter(ticket) {
        case .granted: running.insert(ticket)
        case .waiting: waiting.insert(ticket)
        case .full: #expect(running.count == 3 && waiting.count == 4)
        case .closed: #expect(Bool(false))
        }
      }
      #expect(running.count == capacity.running && waiting.count == capacity.waiting)
      #expect(capacity.running <= 3 && capacity.waiting <= 4)
    }
  }
}
