import Logging
import TestSupport
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1)))
struct IntakeTests {
  private func intake(_ capacity: Int = 10, caution: ReceivingCaution? = nil, meter: BusyMeter? = nil) -> Intake {
    Intake(
      capacity: capacity, caution: caution, meter: meter, pathGuard: PathGuard(firstPause: .milliseconds(50)))
  }

  private func refusePath(_ intake: Intake) {
    for number in 1...10 { #expect(intake.answered(404, succeeded: false) == (number == 10)) }
  }

  @Test func `nothing is received before it is admitted, and nothing after the stop`() async throws {
    let intake = intake()
    try await Receiving.with([intake]) { all in
      #expect(all[0].counts.current.isEmpty)
      intake.admit(.everything)
      try await all[0].counts.wait { $0 == [10] }
    }
    intake.finished()
    #expect(await intake.nextReceive() == nil)
  }

  @Test func `who waits for a receive can be cancelled`() async throws {
    let intake = intake()
    try await withThrowingTaskGroup(of: Int?.self) { tasks in
      tasks.addTask { await intake.nextReceive() }
      tasks.cancelAll()
      let first = try await tasks.next()
      #expect(first == .some(nil))
    }
  }

  @Test func `a pause stops receiving whatever is admitted, and its end goes on`() async throws {
    let intake = intake()
    intake.pause(true)
    intake.admit(.everything)
    try await Receiving.with([intake]) { all in
      intake.admit(.one)
      intake.admit(.everything)
      #expect(all[0].counts.current.isEmpty)
      intake.pause(false)
      try await all[0].counts.wait { $0 == [10] }
    }
  }

  @Test func `a refused path pauses the queue, and after the pause one message at a time finds out`() async throws {
    let intake = intake()
    intake.admit(.everything)
    #expect(!intake.isPathRefused)
    refusePath(intake)
    #expect(intake.isPathRefused)
    try await Receiving.with([intake]) { all in
      try await all[0].counts.wait { $0 == [1] }
      // However often it looks, there is no second one before the answer of the first.
      for admission in [Admission.everything, .share(0.5), .everything] { intake.admit(admission) }
      #expect(!intake.answered(404, succeeded: false))
      #expect(intake.isPathRefused)
      all[0].finish(1)
      try await all[0].counts.wait { $0 == [1, 1] }
      #expect(!intake.answered(200, succeeded: true))
      #expect(!intake.isPathRefused)
      all[0].finish(1)
      try await all[0].counts.wait { $0.dropFirst(2).reduce(0, +) == 10 }
      #expect(all[0].counts.current.prefix(2) == [1, 1])
    }
  }

  @Test func `a refused path does not undo what else holds the queue back`() async throws {
    let intake = intake()
    refusePath(intake)
    try await Receiving.with([intake]) { all in
      #expect(!intake.answered(200, succeeded: true))
      #expect(all[0].counts.current.isEmpty)
      intake.admit(.one)
      try await all[0].counts.wait { $0 == [1] }
    }
  }

  @Test func `a queue of which no order is asked is never received from one by one`() async throws {
    let intake = intake(50)
    intake.admit(.everything)
    intake.note(.posted(messageID: "a", succeeded: false, receiveCount: 1))
    intake.note(.givenBack(messageID: "b"))
    #expect(await intake.nextReceive() == 10)
  }

  @Test func `a FIFO queue is received from one by one while there is trouble`() async throws {
    let long = ContinuousClock.now - .seconds(600)
    let intake = intake(50, caution: ReceivingCaution(start: long, visibilityTimeout: .seconds(300)))
    intake.admit(.everything)
    #expect(await intake.nextReceive() == 10)
    intake.received(1, of: 10, took: .seconds(1))
    intake.note(.posted(messageID: "a", succeeded: false, receiveCount: 1))
    #expect(await intake.nextReceive() == 1)
    intake.received(1, of: 1, took: .seconds(1))
    intake.note(.posted(messageID: "b", succeeded: true, receiveCount: 1))
    #expect(await intake.nextReceive() == 10)
  }

  @Test func `receives that fail are counted, and a kept one keeps its slots`() async {
    let intake = intake(10)
    intake.admit(.everything)
    #expect(await intake.nextReceive() == 10)
    let (pause, failures) = intake.receiveFailed(of: 10, isKept: true)
    #expect((.milliseconds(500) ... .seconds(1)).contains(pause))
    #expect(failures == 1 && intake.failures == 1)
    intake.received(10, of: 10, took: .seconds(1))
    #expect(intake.failures == 0)
    for _ in 0..<10 { intake.finished() }
    #expect(await intake.nextReceive() == 10)
  }

  @Test func `the meter hears of the first message and of the last`() async {
    let meter = BusyMeter()
    let intakes = (0..<2).map { _ in intake(10, meter: meter) }
    var changes = meter.changes.makeAsyncIterator()
    for intake in intakes { intake.admit(.everything) }
    for intake in intakes { #expect(await intake.nextReceive() == 10) }
    intakes[0].received(0, of: 10, took: .seconds(20))
    intakes[1].received(2, of: 10, took: .seconds(20))
    #expect(await changes.next() == true)
    #expect(await intakes[0].nextReceive() == 10)
    intakes[0].received(1, of: 10, took: .seconds(20))
    for _ in 0..<2 { intakes[1].finished() }
    intakes[0].finished()
    #expect(await changes.next() == false)
  }
}
