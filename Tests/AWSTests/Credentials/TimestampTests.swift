import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite struct TimestampTests {
  @Test(arguments: [
    "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.999Z", "2026-01-02t03:04:05z", "2026-01-02T03:04:05+00:00",
    "2026-01-02T04:04:05.123456+01:00", "2026-01-01T21:34:05-0530",
  ])
  func `one moment has many spellings`(text: String) {
    #expect(Timestamp.parse(text) == Date(timeIntervalSince1970: 1_767_323_045))
  }

  @Test(arguments: [
    "", "2026-01-02", "2026-01-02T03:04:05", "2026-02-29T03:04:05Z", "2026-13-01T00:00:00Z", "2026-01-02T24:00:00Z",
    "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Zx", "2026-01-02T03:04:05+1:00", "2026-01-02T03:04:05+24:00",
    "2026-01-02 03:04:05Z", "1767323045", "２０２６-01-02T03:04:05Z",
  ])
  func `what is no moment is none`(text: String) {
    #expect(Timestamp.parse(text) == nil)
  }

  @Test func `damaged texts are read or refused, and nothing else`() {
    var random = SeededRandom(seed: 11)
    var read = 0
    for _ in 0..<20_000 {
      var text = Array("2026-01-02T03:04:05.5+01:00".utf8)
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        text[Int.random(in: text.indices, using: &random)] = random.pick(Array("0123456789:-+.TZz é".utf8))
      }
      if Timestamp.parse(String(decoding: text, as: UTF8.self)) != nil { read += 1 }
    }
    #expect(read > 5_000 && read < 20_000)
  }
}
