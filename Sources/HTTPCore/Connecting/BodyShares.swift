import NIOCore

/// How much room the bodies of all requests take together, and who gives way when there is none. Knows numbers, no sockets.
struct BodyShares {
  /// What of each body is not counted.
  static let uncounted = 16_384

  private struct Share {
    var bytes = 0
    let since: NIODeadline
    var isComplete = false
  }

  let limit: Int
  let patience: TimeAmount
  private var shares: [Int: Share] = [:]
  private(set) var taken = 0

  init(limit: Int, patience: TimeAmount) {
    self.limit = limit
    self.patience = patience
  }

  /// Adds to the share of a connection. Returns the connections that lose theirs for it: whoever announces a large body
  /// and never sends it would otherwise keep the room from everybody. Nil if there is no room all the same.
  mutating func take(_ bytes: Int, for id: Int, now: NIODeadline) -> [Int]? {
    var missing = taken + bytes - limit
    var slow: [Int] = []
    if missing > 0 {
      let candidates = shares.filter { $0.key != id && !$0.value.isComplete && now - $0.value.since >= patience }
      for (id, share) in candidates.sorted(by: { $0.value.since < $1.value.since }) where missing > 0 {
        slow.append(id)
        missing -= share.bytes
      }
      guard missing <= 0 else { return nil }
    }
    for id in slow { giveBack(id) }
    shares[id, default: Share(since: now)].bytes += bytes
    taken += bytes
    return slow
  }

  /// The body has come whole: nobody takes its room any more. False if somebody has.
  mutating func complete(_ id: Int) -> Bool {
    shares[id]?.isComplete = true
    return shares[id] != nil
  }

  mutating func giveBack(_ id: Int) {
    taken -= shares.removeValue(forKey: id)?.bytes ?? 0
  }
}
