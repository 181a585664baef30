import TestSupport
import Testing

@testable import Daemon

struct HeldMessagesTests {
  private let start = ContinuousClock.now

  private func after(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

  @Test func `an extension is due when half of the time is over, for the visibility timeout from then on`() {
    var held = HeldMessages(visibilityTimeout: .seconds(300))
    let id = held.add(messageID: "m", receiptHandle: "h", receivedAt: start)
    #expect(held.hiddenUntil(id) == after(300))
    #expect(held.takeDue(now: after(149)).isEmpty)
    let due = held.takeDue(now: after(150))
    #expect(due == [.init(id: id, receiptHandle: "h", seconds: 300)])
    #expect(held.isBeating(id) && !held.isExtended(id))
    #expect(held.takeDue(now: after(160)).isEmpty)
    held.extended(due[0], askedAt: after(150))
    #expect(!held.isBeating(id) && held.isExtended(id))
    #expect(held.hiddenUntil(id) == after(450))
    #expect(held.takeDue(now: after(299)).isEmpty)
    #expect(held.takeDue(now: after(300)).count == 1)
  }

  @Test func `one that fails is asked for again, one that fails for good is not`() {
    var held = HeldMessages(visibilityTimeout: .seconds(30))
    let id = held.add(messageID: "m", receiptHandle: "h", receivedAt: start)
    for second in 15..<40 {
      let due = held.takeDue(now: after(second))
      #expect(due.count == 1)
      #expect(held.failed(due[0], isFinal: false) == "m")
    }
    #expect(held.hiddenUntil(id) == after(30))
    let due = held.takeDue(now: after(40))
    #expect(held.failed(due[0], isFinal: true) == "m")
    #expect(held.takeDue(now: after(50)).isEmpty)
    #expect(!held.isExtended(id))
  }

  @Test func `what is let go is forgotten, whatever an extension on its way says later`() {
    var held = HeldMessages(visibilityTimeout: .seconds(30))
    let id = held.add(messageID: "m", receiptHandle: "h", receivedAt: start)
    let due = held.takeDue(now: after(20))
    held.remove(id)
    #expect(held.count == 0)
    held.extended(due[0], askedAt: after(20))
    #expect(held.failed(due[0], isFinal: true) == nil)
    #expect(held.hiddenUntil(id) == nil)
    #expect(!held.isBeating(id) && !held.isExtended(id))
    #expect(held.count == 0)
  }

  @Test func `a finished message is not extended any more`() {
    var held = HeldMessages(visibilityTimeout: .seconds(30))
    let first = held.add(messageID: "1", receiptHandle: "h", receivedAt: start)
    #expect(held.finish(first) == false)
    let second = held.add(messageID: "2", receiptHandle: "h", receivedAt: start)
    let due = held.takeDue(now: after(20))
    #expect(due.map(\.id) == [second])
    #expect(held.finish(second) == true)
    held.extended(due[0], askedAt: after(20))
    #expect(held.finish(second) == false)
    #expect(held.takeDue(now: after(49)).isEmpty)
  }

  @Test func `the same message received twice is held twice`() {
    var held = HeldMessages(visibilityTimeout: .seconds(30))
    let ids = (0..<2).map { held.add(messageID: "m", receiptHandle: "h\($0)", receivedAt: start) }
    #expect(ids[0] != ids[1])
    held.remove(ids[0])
    #expect(held.takeDue(now: after(15)).map(\.receiptHandle) == ["h1"])
  }

  @Test(arguments: [30, 300, 3600, 40_000, 43_200])
  func `an SQS that takes everything hides a message for its 12 hours without a gap, and is never asked for more`(
    visibilityTimeout: Int
  ) throws {
    var held = HeldMessages(visibilityTimeout: .seconds(visibilityTimeout))
    let id = held.add(messageID: "m", receiptHandle: "h", receivedAt: start)
    let end = start.advanced(by: HeldMessages.longestHold)
    var now = start
    while now < end {
      for due in held.takeDue(now: now) {
        #expect(due.seconds > 0 && now.advanced(by: .seconds(due.seconds)) <= end)
        held.extended(due, askedAt: now)
      }
      #expect(try #require(held.hiddenUntil(id)) >= min(now, end.advanced(by: .seconds(-1))))
      now = now.advanced(by: .seconds(3))
    }
    #expect(try #require(held.hiddenUntil(id)) >= end.advanced(by: .seconds(-1)))
    #expect(held.takeDue(now: end).isEmpty)
  }

  @Test func `whatever SQS does, no message is extended twice at once, none runs out without having been asked for`() {
    var random = SeededRandom(seed: 77)
    for visibilityTimeout in [1, 2, 30, 300, 3600, 43_200] {
      var simulation = Simulation(visibilityTimeout: visibilityTimeout, start: start)
      for _ in 0..<4000 { simulation.step(&random) }
      #expect(simulation.faults.isEmpty, "\(visibilityTimeout) s")
      #expect(visibilityTimeout == 43_200 || simulation.extensions > 100)
    }
  }
}

/// Messages that come and go, and an SQS that takes extensions, or not, after a while.
private struct Simulation {
  private struct Known {
    let receivedAt: ContinuousClock.Instant
    /// Asked for since the last time that one was taken.
    var wasAsked = false
    var isFinal = false
  }

  private(set) var faults: [String] = []
  private(set) var extensions = 0
  private var held: HeldMessages
  private var known: [HeldMessages.ID: Known] = [:]
  private var calls: [(entry: HeldMessages.Extension, askedAt: ContinuousClock.Instant)] = []
  private var now: ContinuousClock.Instant
  private let tick: Duration

  init(visibilityTimeout: Int, start: ContinuousClock.Instant) {
    held = HeldMessages(visibilityTimeout: .seconds(visibilityTimeout))
    now = start
    tick = min(.seconds(10), max(.milliseconds(100), .seconds(visibilityTimeout) / 10))
  }

  mutating func step(_ random: inout SeededRandom) {
    now = now.advanced(by: tick)
    if known.count < 50, Int.random(in: 0..<5, using: &random) == 0 {
      let id = held.add(messageID: "m", receiptHandle: "h", receivedAt: now)
      known[id] = Known(receivedAt: now)
    }
    let some = known.keys.sorted().randomElement(using: &random)
    if let some, Int.random(in: 0..<40, using: &random) == 0 {
      if held.finish(some) != calls.contains(where: { $0.entry.id == some }) { faults.append("finish is wrong") }
      known[some]?.isFinal = true
    } else if let some, Int.random(in: 0..<40, using: &random) == 0 {
      held.remove(some)
      known[some] = nil
    }
    answerSome(&random)
    for entry in held.takeDue(now: now) { ask(entry) }
    lookForForgotten()
  }

  private mutating func ask(_ entry: HeldMessages.Extension) {
    guard let message = known[entry.id] else { return faults.append("extended after it was let go") }
    if message.isFinal { faults.append("extended after it was final") }
    if calls.contains(where: { $0.entry.id == entry.id }) { faults.append("extended twice at once") }
    if now.advanced(by: .seconds(entry.seconds)) > message.receivedAt.advanced(by: HeldMessages.longestHold) {
      faults.append("asked for more than SQS has")
    }
    known[entry.id]?.wasAsked = true
    calls.append((entry, now))
  }

  private mutating func answerSome(_ random: inout SeededRandom) {
    let answered = calls.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
    calls.removeAll { call in answered.contains { $0.entry.id == call.entry.id } }
    for call in answered {
      switch Int.random(in: 0..<8, using: &random) {
      case 0..<5:
        extensions += 1
        held.extended(call.entry, askedAt: call.askedAt)
        known[call.entry.id]?.wasAsked = false
      case 5, 6: _ = held.failed(call.entry, isFinal: false)
      default:
        _ = held.failed(call.entry, isFinal: true)
        known[call.entry.id]?.isFinal = true
      }
    }
  }

  private mutating func lookForForgotten() {
    for (id, message) in known where !message.isFinal && !message.wasAsked {
      guard let hiddenUntil = held.hiddenUntil(id) else { continue }
      // In its last second there is nothing left to ask for.
      let limit = message.receivedAt.advanced(by: HeldMessages.longestHold - .seconds(1))
      if now >= hiddenUntil, hiddenUntil < limit { faults.append("ran out and was never asked for") }
    }
  }
}
