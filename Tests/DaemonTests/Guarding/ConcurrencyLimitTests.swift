import TestSupport
import Testing

@testable import Daemon

struct ConcurrencyLimitTests {
  private let start = ContinuousClock.now

  /// A message that was sent then is refused at once.
  private func refuse(_ limit: inout ConcurrencyLimit, at time: Duration) {
    limit.refused(sentAt: start.advanced(by: time), now: start.advanced(by: time))
  }

  @Test func `nothing is limited before the application asks for it`() {
    var limit = ConcurrencyLimit(maximum: 50)
    #expect(limit.current == 50)
    #expect(!limit.isLowered)
    for _ in 0..<100 { limit.succeeded() }
    #expect(limit.current == 50)
  }

  @Test func `a refusal halves it, down to one`() {
    var limit = ConcurrencyLimit(maximum: 50)
    var seen: [Int] = []
    for second in 0..<8 {
      refuse(&limit, at: .seconds(second))
      seen.append(limit.current)
    }
    #expect(seen == [25, 12, 6, 3, 1, 1, 1, 1])
    #expect(limit.isLowered)
  }

  @Test func `a burst of refusals is one, however long its answers take, for it was sent before the limit was lowered`()
  {
    var limit = ConcurrencyLimit(maximum: 50)
    for second in 1...50 { limit.refused(sentAt: start, now: start.advanced(by: .seconds(second))) }
    #expect(limit.current == 25)
    // Sent at the moment at which it was lowered, and after it.
    limit.refused(sentAt: start.advanced(by: .milliseconds(999)), now: start.advanced(by: .seconds(60)))
    #expect(limit.current == 25)
    limit.refused(sentAt: start.advanced(by: .seconds(1)), now: start.advanced(by: .seconds(60)))
    #expect(limit.current == 12)
  }

  @Test func `successes bring it back, one each round of them`() {
    var limit = ConcurrencyLimit(maximum: 20)
    refuse(&limit, at: .zero)
    #expect(limit.current == 10)
    for next in 11...20 {
      var successes = 0
      while limit.current < next {
        limit.succeeded()
        successes += 1
      }
      // One for each that may run at once, give or take the fractions.
      #expect((next - 3...next + 1).contains(successes), "\(successes) to reach \(next)")
    }
    #expect(limit.current == 20)
    #expect(!limit.isLowered)
  }

  @Test func `after a collapse it begins with one, is soon back at half, and then grows slowly`() {
    var limit = ConcurrencyLimit(maximum: 40)
    limit.collapse()
    #expect(limit.current == 1)
    var seen: [Int] = []
    for _ in 0..<24 {
      limit.succeeded()
      seen.append(limit.current)
    }
    #expect(seen == Array(2...20) + Array(repeating: 20, count: 5))
  }

  @Test(arguments: [1, 2, 3, 7, 50, 999, 1000]) func `it grows back to exactly the maximum`(maximum: Int) {
    var limit = ConcurrencyLimit(maximum: maximum)
    for second in 0..<20 { refuse(&limit, at: .seconds(second)) }
    #expect(limit.current == 1)
    var successes = 0
    while limit.isLowered, successes < 10_000_000 {
      limit.succeeded()
      successes += 1
    }
    #expect(limit.current == maximum)
    let full = limit
    limit.succeeded()
    #expect(limit == full)
  }

  @Test func `whatever comes, it stays from one to the maximum, never grows by a refusal nor shrinks by a success`() {
    var random = SeededRandom(seed: 23)
    for maximum in [1, 2, 5, 50, 1000] {
      var limit = ConcurrencyLimit(maximum: maximum)
      var now = start
      for _ in 0..<20_000 {
        let before = limit.current
        now = now.advanced(by: .milliseconds(Int.random(in: 0...300, using: &random)))
        if Int.random(in: 0..<50, using: &random) == 0 {
          limit.refused(
            sentAt: now.advanced(by: .milliseconds(-Int.random(in: 0...300, using: &random))), now: now)
          #expect(limit.current <= before)
        } else if Int.random(in: 0..<500, using: &random) == 0 {
          limit.collapse()
          #expect(limit.current == 1)
        } else {
          limit.succeeded()
          #expect(limit.current >= before && limit.current <= before + 1)
        }
        #expect((1...maximum).contains(limit.current))
        #expect(limit.isLowered == (limit.current < maximum))
      }
    }
  }
}
