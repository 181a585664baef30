import NIOCore
import Testing

@testable import FastCGI

struct AcceptQueueTests {
  private let start = NIODeadline.now()

  private func queue(_ numbers: ClosedRange<Int>) -> AcceptQueue {
    var queue = AcceptQueue()
    for number in numbers { queue.opened(number, overdueAt: start + .milliseconds(Int64(number))) }
    return queue
  }

  private func overdue(_ queue: AcceptQueue, after milliseconds: Int64) -> Int {
    queue.overdue(at: start + .milliseconds(milliseconds))
  }

  @Test func `a connection is overdue from its time on`() {
    let queue = queue(1...3)
    #expect((0...4).map { overdue(queue, after: $0) } == [0, 1, 2, 3, 3])
    #expect(queue.nextOverdue(after: start + .milliseconds(1)) == start + .milliseconds(2))
    #expect(queue.nextOverdue(after: start + .milliseconds(3)) == nil)
  }

  @Test func `an answer proves all earlier connections accepted, and no later one`() {
    var queue = queue(1...5)
    queue.accepted(3)
    #expect(overdue(queue, after: 9) == 2)
    queue.accepted(2)
    #expect(overdue(queue, after: 9) == 2)
    queue.accepted(7)
    #expect(overdue(queue, after: 9) == 0)
  }

  @Test func `a closed connection waits no more`() {
    var queue = queue(1...3)
    queue.closed(2)
    queue.closed(9)
    #expect(overdue(queue, after: 9) == 2)
  }
}
