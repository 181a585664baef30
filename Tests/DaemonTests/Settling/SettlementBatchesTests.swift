import TestSupport
import Testing

@testable import Daemon

struct SettlementBatchesTests {
  private let start = ContinuousClock.now

  private func settlement(
    _ id: Int, _ action: Settlement.Action = .delete, visibleFor: Duration = .seconds(300), isUrgent: Bool = false
  ) -> Settlement {
    let hiddenUntil = start.advanced(by: visibleFor)
    return Settlement(
      messageID: "\(id)", receiptHandle: "h\(id)", action: action, isUrgent: isUrgent,
      deadline: start.advanced(by: .seconds(300)), hiddenUntil: { hiddenUntil })
  }

  @Test func `ten make a batch at once`() {
    var batches = SettlementBatches()
    for id in 0..<9 { batches.add(settlement(id), now: start) }
    #expect(batches.next(now: start) == nil)
    #expect(!batches.isFull)
    batches.add(settlement(9), now: start)
    #expect(batches.isFull)
    batches.add(settlement(10), now: start)
    #expect(batches.next(now: start)?.map(\.messageID) == (0..<10).map { "\($0)" })
    #expect(batches.next(now: start) == nil)
    #expect(!batches.isFull)
    #expect(batches.count == 1)
  }

  @Test func `nine of each kind are full of neither`() {
    var batches = SettlementBatches()
    for id in 0..<9 {
      batches.add(settlement(id), now: start)
      batches.add(settlement(10 + id, .changeVisibility(.zero)), now: start)
    }
    #expect(!batches.isFull)
    batches.add(settlement(19, .changeVisibility(.zero)), now: start)
    #expect(batches.isFull)
    #expect(batches.next(now: start)?.count == 10)
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

  @Test func `what somebody waits for goes at once, and takes along what is there`() {
    var batches = SettlementBatches()
    batches.add(settlement(1), now: start)
    batches.add(settlement(2, .changeVisibility(.zero)), now: start)
    batches.add(settlement(3, isUrgent: true), now: start)
    #expect(batches.nextDue == start)
    #expect(batches.next(now: start)?.map(\.messageID) == ["1", "3"])
    // The other kind is no more in a hurry than before.
    #expect(batches.next(now: start) == nil)
    #expect(batches.nextDue == start.advanced(by: .milliseconds(200)))
  }

  @Test func `what is urgent behind a full batch goes right after it`() {
    var batches = SettlementBatches()
    for id in 0..<12 { batches.add(settlement(id, isUrgent: id == 11), now: start) }
    #expect(batches.next(now: start)?.count == 10)
    #expect(batches.next(now: start)?.map(\.messageID) == ["10", "11"])
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

  @Test func `what is taken out as a whole is all there was, and nothing is left`() {
    var batches = SettlementBatches()
    for id in 0..<12 { batches.add(settlement(id), now: start) }
    for id in 12..<15 { batches.add(settlement(id, .changeVisibility(.zero)), now: start) }
    #expect(Set(batches.removeAll().map(\.messageID)) == Set((0..<15).map { "\($0)" }))
    #expect(batches.count == 0)
    #expect(batches.nextDue == nil)
    #expect(batches.removeAll().isEmpty)
  }

  @Test func `whatever comes in, each goes out once, in batches of ten, never later than 200 ms or half of its time`() {
    var random = SeededRandom(seed: 17)
    for _ in 0..<200 {
      var batches = SettlementBatches()
      var now = start
      var due: [String: ContinuousClock.Instant] = [:]
      var sent: [String] = []
      for id in 0..<Int.random(in: 1...60, using: &random) {
        now = now.advanced(by: .milliseconds(Int.random(in: 0...30, using: &random)))
        let left = Duration.milliseconds(Int.random(in: -100...1000, using: &random))
        let isUrgent = Int.random(in: 0..<10, using: &random) == 0
        let action: Settlement.Action = Bool.random(using: &random) ? .delete : .changeVisibility(.zero)
        batches.add(settlement(id, action, visibleFor: start.duration(to: now) + left, isUrgent: isUrgent), now: now)
        due["\(id)"] = now.advanced(by: isUrgent ? .zero : min(.milliseconds(200), max(.zero, left) / 2))
        while let batch = batches.next(now: now) {
          #expect((1...10).contains(batch.count))
          #expect(batch.count == 10 || batch.contains { due[$0.messageID].map { $0 <= now } == true })
          sent += batch.map(\.messageID)
        }
        let waiting = due.keys.filter { !sent.contains($0) }
        #expect(batches.count == waiting.count)
        #expect(batches.nextDue == waiting.compactMap { due[$0] }.min())
      }
      while let batch = batches.next(now: now, isFlushing: true) { sent += batch.map(\.messageID) }
      #expect(sent.count == due.count && Set(sent) == Set(due.keys))
    }
  }
}
