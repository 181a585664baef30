import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite struct ClockSkewTests {
  private let start = Date(timeIntervalSince1970: 1_767_323_045)

  @Test func `a request refused for its time sets the correction, however small or large`() {
    for seconds in [-86_400.0, -301, -1, 0, 2, 400, 1e9] {
      var skew = ClockSkew()
      skew.wasRefused(serverDate: start.addingTimeInterval(seconds), localDate: start)
      #expect(skew.offset == seconds)
    }
  }

  @Test func `an accepted one changes it only when it shows more than five minutes`() {
    for (seconds, offset) in [(299.0, 0.0), (-300, 0), (301, 301), (-3_600, -3_600)] {
      var skew = ClockSkew()
      skew.wasAccepted(serverDate: start.addingTimeInterval(seconds), localDate: start)
      #expect(skew.offset == offset)
    }
  }

  @Test func `a local clock that is set right loses its correction`() {
    var skew = ClockSkew()
    skew.wasRefused(serverDate: start.addingTimeInterval(3_600), localDate: start)
    skew.wasAccepted(serverDate: start.addingTimeInterval(3_650), localDate: start)
    #expect(skew.offset == 3_600)
    skew.wasAccepted(serverDate: start, localDate: start)
    #expect(skew.offset == 0)
  }

  @Test func `whatever the clocks do, after an answer the corrected clock is within five minutes of the server's`() {
    var random = SeededRandom(seed: 24)
    var skew = ClockSkew()
    for _ in 0..<5_000 {
      let local = start.addingTimeInterval(.random(in: -1e6...1e6, using: &random))
      let server = local.addingTimeInterval(.random(in: -1_000...1_000, using: &random))
      if Bool.random(using: &random) {
        skew.wasAccepted(serverDate: server, localDate: local)
      } else {
        skew.wasRefused(serverDate: server, localDate: local)
      }
      #expect(abs(local.addingTimeInterval(skew.offset).timeIntervalSince(server)) <= ClockSkew.tolerated + 0.001)
    }
  }

  @Test func `without a date there is nothing to correct by`() {
    let clock = CorrectedClock(local: { [start] in start })
    #expect(!clock.wasRefused(serverDate: nil, offset: 0))
    clock.wasAccepted(serverDate: nil)
    #expect(clock.now() == start)
  }

  @Test func `a refusal shows something to correct only against the correction that it was signed under`() {
    let clock = CorrectedClock(local: { [start] in start })
    let server = start.addingTimeInterval(600)
    #expect(clock.wasRefused(serverDate: server, offset: 0))
    // Another call, signed before the correction came.
    #expect(clock.wasRefused(serverDate: server, offset: 0))
    #expect(!clock.wasRefused(serverDate: server, offset: 600))
    #expect(clock.now() == server)
  }
}
