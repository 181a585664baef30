import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct ObservedTests {
  @Test func `what is so already is not waited for`() async {
    let observed = Observed(3)
    #expect(await observed.wait { $0 == 3 })
    #expect(await observed.wait(until: .now + .seconds(60), clock: ContinuousClock()) { $0 == 3 })
  }

  @Test func `a change wakes those whose condition it meets, and no others`() async throws {
    let observed = Observed(0)
    let woken = TestSignal<[Int]>([])
    await withTaskGroup(of: Void.self) { tasks in
      for number in 1...20 {
        tasks.addTask {
          #expect(await observed.wait { $0 >= number })
          woken.update { $0.append(number) }
        }
      }
      for number in 1...20 {
        observed.update { $0 = number }
        _ = try? await woken.wait { $0.count == number }
        #expect(woken.current.last == number)
      }
    }
    #expect(woken.current == Array(1...20))
  }

  @Test func `a condition that was met for a moment is enough`() async throws {
    let observed = Observed(0)
    let asked = TestSignal(0)
    try await withThrowingTaskGroup(of: Bool.self) { tasks in
      tasks.addTask {
        await observed.wait { value in
          asked.update { $0 += 1 }
          return value == 1
        }
      }
      // Asked at its beginning, so it waits now, or is about to under the lock.
      try await asked.wait { $0 >= 1 }
      observed.update { $0 = 1 }
      observed.update { $0 = 2 }
      let first = try await tasks.next()
      #expect(first == true)
    }
    #expect(observed.value == 2)
  }

  @Test func `cancellation ends a wait, also one that begins after it, also one with a deadline`() async throws {
    let observed = Observed(0)
    try await withThrowingTaskGroup(of: Bool.self) { tasks in
      for _ in 0..<20 {
        tasks.addTask { await observed.wait { $0 == 1 } }
        tasks.addTask { await observed.wait(until: .now + .seconds(60), clock: ContinuousClock()) { $0 == 1 } }
      }
      tasks.cancelAll()
      for try await isMet in tasks { #expect(!isMet) }
    }
    // Nobody is left to be woken.
    observed.update { $0 = 1 }
  }

  @Test func `a deadline ends a wait`() async {
    let observed = Observed(0)
    #expect(await !observed.wait(until: .now + .milliseconds(5), clock: ContinuousClock()) { $0 == 1 })
    #expect(await !observed.wait(until: .now - .seconds(1), clock: ContinuousClock()) { $0 == 1 })
  }

  @Test func `a wait with a deadline ends with the change, long before it`() async throws {
    let observed = Observed(0)
    try await withThrowingTaskGroup(of: Bool.self) { tasks in
      tasks.addTask { await observed.wait(until: .now + .seconds(3600), clock: ContinuousClock()) { $0 == 1 } }
      observed.update { $0 = 1 }
      let first = try await tasks.next()
      #expect(first == true)
    }
  }

  @Test func `an update returns what it was asked for, and a part can be read`() {
    let observed = Observed([1, 2, 3])
    #expect(observed.update { $0.removeLast() } == 3)
    #expect(observed.read { $0.count } == 2)
    #expect(observed.value == [1, 2])
  }

  @Test func `no change is lost between many who change and many who wait`() async {
    let observed = Observed(0)
    await withTaskGroup(of: Void.self) { tasks in
      for number in 1...200 {
        tasks.addTask { #expect(await observed.wait { $0 >= number }) }
        tasks.addTask { observed.update { $0 += 1 } }
      }
    }
    #expect(observed.value == 200)
  }
}
