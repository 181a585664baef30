import Logging
import TestSupport
import Testing

@testable import HTTPCore

@Suite(.timeLimit(.minutes(1)))
struct AddressRangeTests {
  @Test(arguments: [
    ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false), ("10.0.0.0/8", "10.255.0.1", true),
    ("10.0.0.0/8", "11.0.0.1", false), ("172.16.0.0/12", "172.31.255.255", true),
    ("172.16.0.0/12", "172.32.0.0", false),
    ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false), ("192.168.1.128/25", "192.168.1.127", false),
    ("192.168.1.128/25", "192.168.1.128", true), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe80::1", false),
    ("::/0", "fe80::1%eth0", true), ("::1", "::1", true), ("::/0", "10.0.0.1", false),
    ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("::ffff:10.0.0.1", "10.0.0.1", true), ("10.0.0.0/8", "unknown", false),
    ("10.0.0.0/8", "", false),
  ])
  func `a range contains the addresses that begin with its bits`(range: String, address: String, isIn: Bool) throws {
    #expect(try #require(AddressRange(parsing: range)).contains(address) == isIn)
  }

  @Test(arguments: [
    "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08x", "10.0.0.1/8", "10.0.0",
    "localhost",
    "10.0.0.0/8/8", "::/129", "fd00::1/8", "fe80::1%eth0", "::ffff:10.0.0.0/104", " 10.0.0.1", "10.0.0.1 ",
    "0x0a.0.0.1",
    "10.0.0.0/0008",
  ])
  func `anything else is no range`(text: String) {
    #expect(AddressRange(parsing: text) == nil)
  }

  @Test func `random text never ends it, and what it reads it contains`() {
    var random = SeededRandom(seed: 11)
    let letters = Array("0123456789abcdef.:/%x ")
    for _ in 0..<5000 {
      let text = String(
        (0..<Int.random(in: 0...20, using: &random)).map { _ in letters.randomElement(using: &random) ?? "0" })
      guard let range = AddressRange(parsing: text) else { continue }
      #expect(range.contains(String(text.prefix { $0 != "/" })))
    }
  }

  @Test func `loopback is this machine`() {
    for address in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
      #expect(AddressRange.loopback.contains { $0.contains(address) })
    }
    #expect(!AddressRange.loopback.contains { $0.contains("10.0.0.1") })
  }
}
