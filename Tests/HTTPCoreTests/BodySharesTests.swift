import NIOCore
import TestSupport
import Testing

@testable import HTTPCore

struct BodySharesTests {
  static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

  /// Takes for each connection in turn, so many seconds after the start.
  static func take(
    _ wishes: [(bytes: Int, id: Int, second: Int64)], of shares: inout BodyShares
  ) -> [[Int]?] {
    wishes.map { shares.take($0.bytes, for: $0.id, now: start + .seconds($0.second)) }
  }

  @Test func `what there is goes to whoever comes first, and comes back`() {
    var shares = BodyShares(limit: 100, patience: .seconds(10))
    #expect(Self.take([(60, 1, 0), (40, 2, 0), (1, 3, 0), (1, 1, 0)], of: &shares) == [[], [], nil, nil])
    shares.giveBack(2)
    shares.giveBack(2)
    #expect(Self.take([(30, 1, 0)], of: &shares) == [[]])
    #expect(shares.taken == 90)
    shares.giveBack(1)
    #expect(shares.taken == 0)
  }

  @Test func `bodies that have been under way for too long give way, the oldest first and no more than needed`() {
    var shares = BodyShares(limit: 100, patience: .seconds(10))
    _ = Self.take([(25, 1, 1), (25, 2, 2), (25, 3, 3), (25, 4, 4)], of: &shares)
    // At second 11 only the first is old enough, and it alone is not in the way.
    #expect(Self.take([(30, 5, 11), (30, 5, 13)], of: &shares) == [nil, [1, 2]])
    #expect(shares.taken == 80)
    let kept = [1, 2, 3, 4, 5].filter { shares.complete($0) }
    #expect(kept == [3, 4, 5])
  }

  @Test func `a body that has come whole keeps its room`() {
    var shares = BodyShares(limit: 100, patience: .zero)
    _ = Self.take([(100, 1, 0)], of: &shares)
    _ = shares.complete(1)
    #expect(Self.take([(1, 2, 3600)], of: &shares) == [nil])
  }
}
