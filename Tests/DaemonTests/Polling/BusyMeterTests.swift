import Logging
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct BusyMeterTests {
  @Test func `only the first message and the last are news`() async {
    let meter = BusyMeter()
    var changes = meter.changes.makeAsyncIterator()
    meter.add(0)
    meter.add(3)
    #expect(await changes.next() == true)
    meter.add(2)
    for _ in 0..<4 { meter.add(-1) }
    meter.add(-1)
    #expect(await changes.next() == false)
    meter.add(1)
    #expect(await changes.next() == true)
  }

  @Test func `who looks rarely sees how it is now`() async {
    let meter = BusyMeter()
    var changes = meter.changes.makeAsyncIterator()
    for _ in 0..<100 {
      meter.add(1)
      meter.add(-1)
    }
    #expect(await changes.next() == false)
  }

  @Test func `from whatever tasks messages come and go, the last news is the truth`() async {
    for _ in 0..<20 {
      let meter = BusyMeter()
      var changes = meter.changes.makeAsyncIterator()
      await withTaskGroup(of: Void.self) { tasks in
        for _ in 0..<8 {
          tasks.addTask {
            for _ in 0..<50 {
              meter.add(1)
              meter.add(-1)
            }
          }
        }
      }
      #expect(await changes.next() == false)
    }
  }

  @Test func `counters are added up from whatever tasks, and named in the log`() async {
    let counters = Counters()
    await withTaskGroup(of: Void.self) { tasks in
      for _ in 0..<50 {
        tasks.addTask {
          counters.count {
            $0.received += 3
            $0.delivered += 1
            $0.failed += 1
            $0.givenBack += 1
            $0.deleted += 1
          }
        }
      }
    }
    #expect(counters.values == Counters.Values(received: 150, delivered: 50, failed: 50, givenBack: 50, deleted: 50))
    #expect(
      counters.values.metadata.mapValues(\.description) == [
        "received": "150", "delivered": "50", "failed": "50", "given.back": "50", "deleted": "50", "deleted.late": "0",
        "deletes.lost": "0",
      ])
  }
}
