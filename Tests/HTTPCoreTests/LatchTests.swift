import Locks
import Testing

@testable import HTTPCore

@Suite(.timeLimit(.minutes(1))) struct LatchTests {
  @Test func `everybody who waits goes on when it opens, and nobody waits afterwards`() async {
    let latch = Latch()
    await withTaskGroup { group in
      for _ in 0..<20 { group.addTask { await latch.wait() } }
      group.addTask { latch.open() }
    }
    #expect(latch.isOpen)
    await latch.wait()
    latch.open()
  }

  @Test func `a cancelled task does not wait, whenever it is cancelled`() async {
    let latch = Latch()
    for _ in 0..<200 {
      await withTaskGroup { group in
        for _ in 0..<4 { group.addTask { await latch.wait() } }
        group.cancelAll()
      }
    }
    #expect(!latch.isOpen)
  }
}
