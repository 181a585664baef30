import TestSupport
import Testing

@testable import Daemon

struct ReceivingCautionTests {
  private let start = ContinuousClock.now

  private func after(_ seconds: Int) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

  /// One whose time after the start is over.
  private var calm: ReceivingCaution {
    ReceivingCaution(start: start.advanced(by: .seconds(-300)), visibilityTimeout: .seconds(300))
  }

  @Test func `at the start it is careful for as long as messages of an earlier daemon may come back`() {
    let caution = ReceivingCaution(start: start, visibilityTimeout: .seconds(300))
    #expect(caution.isCareful(now: start))
    #expect(caution.isCareful(now: after(299)))
    #expect(!caution.isCareful(now: after(300)))
  }

  @Test func `successes at the first receive change nothing`() {
    var caution = calm
    for id in 0..<100 {
      caution.note(.posted(messageID: "\(id)", succeeded: true, receiveCount: 1), now: start)
      #expect(!caution.isCareful(now: start))
    }
  }

  @Test func `after a failure it is careful until a message succeeds at its first receive`() {
    var caution = calm
    caution.note(.posted(messageID: "a", succeeded: false, receiveCount: 1), now: start)
    #expect(caution.isCareful(now: start))
    #expect(caution.isCareful(now: after(86_400)))
    // One that came again may be in a group in which more is to come again.
    caution.note(.posted(messageID: "a", succeeded: true, receiveCount: 2), now: start)
    #expect(caution.isCareful(now: start))
    caution.note(.posted(messageID: "b", succeeded: true, receiveCount: 1), now: start)
    #expect(!caution.isCareful(now: start))
  }

  @Test func `a message that was received before is a sign of trouble that another daemon had`() {
    var caution = calm
    caution.note(.posted(messageID: "a", succeeded: true, receiveCount: 2), now: start)
    #expect(caution.isCareful(now: start))
  }

  @Test func `what went back without a POST is remembered until it was POSTed, whatever else succeeds`() {
    var caution = calm
    for id in ["a", "b"] { caution.note(.givenBack(messageID: id), now: start) }
    #expect(caution.isCareful(now: start))
    for id in 0..<10 { caution.note(.posted(messageID: "\(id)", succeeded: true, receiveCount: 1), now: start) }
    #expect(caution.isCareful(now: start))
    caution.note(.posted(messageID: "a", succeeded: true, receiveCount: 2), now: start)
    caution.note(.posted(messageID: "b", succeeded: true, receiveCount: 2), now: start)
    caution.note(.posted(messageID: "c", succeeded: true, receiveCount: 1), now: start)
    #expect(!caution.isCareful(now: start))
  }

  @Test func `it is forgotten in time, for another daemon may have taken it`() {
    var caution = calm
    caution.note(.givenBack(messageID: "a"), now: start)
    #expect(caution.isCareful(now: after(899)))
    #expect(!caution.isCareful(now: after(900)))
    // What is forgotten does not come back with the next one.
    caution.note(.givenBack(messageID: "b"), now: after(1000))
    #expect(caution.isCareful(now: after(1000)))
    caution.note(.posted(messageID: "b", succeeded: true, receiveCount: 1), now: after(1000))
    #expect(!caution.isCareful(now: after(1000)))
  }

  @Test func `it is not forgotten while messages fail, for it may be behind one of them`() {
    var caution = calm
    caution.note(.givenBack(messageID: "behind"), now: start)
    for second in [0, 600, 1200, 1800] {
      caution.note(.posted(messageID: "head", succeeded: false, receiveCount: 1), now: after(second))
      caution.note(.posted(messageID: "other", succeeded: true, receiveCount: 1), now: after(second))
    }
    #expect(caution.isCareful(now: after(2699)))
    #expect(!caution.isCareful(now: after(2700)))
  }

  @Test func `it is remembered for longer when what fails stays hidden for longer`() {
    for (visibilityTimeout, longestPause) in [(1200, 0), (1200, 300), (30, 1200)] {
      var caution = ReceivingCaution(
        start: start, visibilityTimeout: .seconds(visibilityTimeout), longestPause: .seconds(longestPause))
      caution.note(.givenBack(messageID: "a"), now: after(0))
      #expect(caution.isCareful(now: after(3599)))
      #expect(!caution.isCareful(now: after(3600)))
    }
  }

  @Test func `how long a failed message may stay hidden is what the rules say`() {
    var rules = RetryRules(visibilityTimeout: .seconds(300))
    #expect(rules.longestPause == .seconds(300))
    rules.errorVisibilityTimeout = .seconds(1200)
    #expect(rules.longestPause == .seconds(1200))
    rules.backoff = RetryBackoff(base: .seconds(10), cap: .seconds(600))
    #expect(rules.longestPause == .seconds(600))
    rules.visibilityTimeout = .seconds(900)
    #expect(rules.longestPause == .seconds(900))
  }

  @Test(arguments: [30, 300, 1200]) func `no message becomes a dead letter without having been POSTed`(
    visibilityTimeout: Int
  ) {
    var random = SeededRandom(seed: UInt64(visibilityTimeout))
    var dead = 0
    for _ in 0..<20 {
      var model = FIFOModel(visibilityTimeout: .seconds(visibilityTimeout), start: start, random: random)
      for _ in 0..<2000 { model.step() }
      #expect(model.deadUnposted.isEmpty)
      dead += model.deadPosted
      random = model.random
    }
    // The test would be worth nothing without dead letters.
    #expect(dead > 100)
  }

  @Test func `without caution the model does lose messages unposted`() {
    var model = FIFOModel(
      visibilityTimeout: .seconds(30), start: start, random: SeededRandom(seed: 1), isCautious: false)
    for _ in 0..<5000 { model.step() }
    #expect(!model.deadUnposted.isEmpty)
  }
}
