import Testing

@testable import Daemon

struct SettlementBatchesTests {
  private let start = ContinuousClock.now

  private func settlement(
    _ id: Int, _ action: Settlement.Action = .delete, visibleFor: Duration = .seconds(300)
  ) -> Settlement {
    Settlement(
      messageID: "\(id)", receiptHandle: "h\(id)", action: action, deadline: start.advanced(by: visibleFor))
  }

  @Test func `ten make a batch at once`() {
    var batches = SettlementBatches()
    for id in 0..<9 { batches.add(settlement(id), now: start) }
    #expect(batches.next(now: start) == nil)
    batches.add(settlement(9), now: start)
    batches.add(settlement(10), now: start)
    #expect(batches.next(now: start)?.map(\.messageID) == (0..<10).map { "\($0)" })
    #expect(batches.next(now: start) == nil)
    #expect(batches.count == 1)
  }

  @Test func `fewer go after 200 ms`() {
    var batches = SettlementBatches()
    batches.add(settlement(1), now: start)
    let due = start.advanced(by: .milliseconds(200))
    #expect(batches.nextDue == due)
    #expect(batches.next(now: due.advanced(by: .milliseconds(-1))) == nil)
    #expect(batches.next(now: due)?.count == 1)
    #expect(batches.nextDue == nil)
  }

  @Test func `a message whose time is nearly up does not wait`() {
    var batches = SettlementBatches()
    batches.add(settlement(1), now: start)
    batches.add(settlement(2, visibleFor: .milliseconds(100)), now: start)
    #expect(batches.nextDue == start.advanced(by: .milliseconds(50)))
    batches.add(settlement(3, visibleFor: .seconds(-1)), now: start)
    #expect(batches.next(now: start)?.count == 3)
  }

  @Test func `deletes and visibility changes never share a batch, and a flush takes everything`() {
    var batches = SettlementBatches()
    for id in 0..<12 { batches.add(settlement(id), now: start) }
    for id in 12..<15 { batches.add(settlement(id, .changeVisibility(.seconds(7))), now: start) }
    var sizes: [Int] = []
    while let batch = batches.next(now: start, isFlushing: true) {
      #expect(Set(batch.map { $0.action == .delete }).count == 1)
      sizes.append(batch.count)
    }
    #expect(sizes == [10, 2, 3])
    #expect(batches.count == 0)
  }
}
