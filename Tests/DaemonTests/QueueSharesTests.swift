import Settings
import TestSupport
import Testing

@testable import Daemon

struct QueueSharesTests {
  @Test(
    arguments: [
      (50, [], 1, [50]), (50, [], 2, [25, 25]), (50, [], 3, [17, 17, 16]), (10, [3, 1], 2, [8, 2]),
      (100, [1, 1000], 2, [1, 99]), (3, [100, 1, 1], 3, [1, 1, 1]), (2, [], 3, [1, 1, 1]), (1, [5, 7], 2, [1, 1]),
      (1000, [1, 2, 3, 4], 4, [100, 200, 300, 400]),
      // A list of another length is none.
      (10, [9, 1, 1], 2, [5, 5]),
    ] as [(Int, [Int], Int, [Int])])
  func `connections are divided by weight`(capacity: Int, weights: [Int], queues: Int, shares: [Int]) {
    let result = QueueShares(capacity: capacity, weights: weights, queues: queues)
    #expect(result.all == shares)
    #expect(result.all.indices.map { result[$0] } == shares)
  }

  @Test func `all are divided, everybody gets one, and nobody much more than its part`() {
    var random = SeededRandom(seed: 61)
    for _ in 0..<5000 {
      let queues = Int.random(in: 1...20, using: &random)
      let capacity = Int.random(in: 1...1000, using: &random)
      let weights = (0..<queues).map { _ in Int.random(in: 1...1000, using: &random) }
      let shares = QueueShares(capacity: capacity, weights: weights, queues: queues).all
      #expect(shares.count == queues)
      #expect(shares.allSatisfy { $0 >= 1 })
      #expect(shares.reduce(0, +) == max(capacity, queues))
      let total = Double(weights.reduce(0, +))
      for (share, weight) in zip(shares, weights) where share > 1 {
        #expect(Double(share) <= Double(capacity) * Double(weight) / total + 2)
      }
      // Whoever weighs more gets no less, but for the last one of a division.
      for (index, weight) in weights.enumerated() {
        for (other, lighter) in weights.enumerated() where lighter < weight {
          #expect(shares[index] >= shares[other] - 1)
        }
      }
    }
  }

  @Test(
    arguments: [
      (
        ["--queue-shares", "3,1"], "--queue-shares: 2 parts for 3 queues; give one for each --queue-url, in their order"
      ),
      (["--http-connections", "2"], "--http-connections: 2 for 3 queues; each needs at least one"),
      (["--queue-shares", "3,1,1", "--http-connections", "3"], nil), ([], nil),
    ] as [([String], String?)])
  func `parts that do not fit the queues are named`(arguments: [String], fault: String?) throws {
    let queues = ["jobs", "mail", "sms"].flatMap { ["--queue-url", "https://sqs.eu-west-1.amazonaws.com/1/\($0)"] }
    guard case .run(_, let settings) = try SqsdSettings.table.parse(arguments: queues + arguments, environment: [:])
    else { throw SettingsError(["no run"]) }
    #expect(QueueShares.fault(settings) == fault)
  }
}
