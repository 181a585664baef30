import Settings
import TestSupport
import Testing

@testable import Daemon

struct RetryBackoffTests {
  @Test func `it doubles with each receive, up to its cap`() throws {
    let backoff = try RetryBackoff(parsing: "10..600")
    let full = (1...9).map { backoff.delay(receiveCount: $0, jitter: 1) }
    #expect(full == [10, 20, 40, 80, 160, 320, 600, 600, 600].map { .seconds($0) })
    let half = (1...9).map { backoff.delay(receiveCount: $0, jitter: 0) }
    #expect(half == [5, 10, 20, 40, 80, 160, 300, 300, 300].map { .seconds($0) })
    #expect(backoff.description == "10..600")
  }

  @Test func `any count and any jitter stay between half of the pause and all of it, and never overflow`() throws {
    var random = SeededRandom(seed: 21)
    for _ in 0..<2000 {
      let base = Int.random(in: RetryBackoff.range, using: &random)
      let cap = Int.random(in: base...RetryBackoff.range.upperBound, using: &random)
      let backoff = try RetryBackoff(parsing: "\(base)..\(cap)")
      let count = [Int.random(in: -3...40, using: &random), .max, .min].randomElement(using: &random) ?? 1
      let jitter = Double.random(in: -0.5...1.5, using: &random)
      let delay = backoff.delay(receiveCount: count, jitter: jitter)
      let full = backoff.delay(receiveCount: count, jitter: 1)
      #expect(full <= delay + delay + .milliseconds(1) && delay <= full)
      #expect(.seconds(base) <= full && full <= .seconds(cap))
      // More receives, no shorter pause.
      if count < .max { #expect(full <= backoff.delay(receiveCount: count + 1, jitter: 1)) }
      if count > 17 { #expect(full == .seconds(cap)) }
      #expect(delay <= backoff.delay(receiveCount: count, jitter: jitter + 0.1))
    }
  }

  @Test(arguments: ["1..1", "1..43200", "43200..43200", "007..010"])
  func `two whole numbers of seconds are taken`(text: String) {
    #expect(throws: Never.self) { try RetryBackoff(parsing: text) }
  }

  @Test(arguments: [
    "", "10", "..", "10..", "..10", "0..10", "10..43201", "20..10", "10...20", "10..20..30", " 10..20", "10 .. 20",
    "-1..5", "+1..5", "1.5..3", "a..b", "٣..٤", "99999999999999999999..1", "10–20",
  ])
  func `anything else is refused with the form`(text: String) {
    #expect(throws: SettingFault.self) { try RetryBackoff(parsing: text) }
  }
}
