@testable import LocalSQS

/// What two queues, one with dead letters in the other, should do, written so plainly that it can be believed: a list of
/// messages that is searched from one end to the other at every step.
struct NaiveQueues {
  struct Entry {
    let body: String
    let group: String
    var hiddenUntil: Timestamp
    var isInFlight = false
    var receives = 0
    var receivesHere = 0
    var isDead = false
  }

  let isFIFO: Bool
  let maxReceiveCount: Int
  /// In the order of arrival; a dead letter moves to the end.
  var entries: [Entry] = []
  private var keys: [String: Timestamp] = [:]

  init(isFIFO: Bool, maxReceiveCount: Int) {
    self.isFIFO = isFIFO
    self.maxReceiveCount = maxReceiveCount
  }

  /// True if it was taken, false if it is a duplicate.
  mutating func send(_ body: String, group: String, key: String, delay: Int, now: Timestamp) -> Bool {
    if isFIFO {
      if let noted = keys[key], now < noted.adding(seconds: 300) { return false }
      keys[key] = now
    }
    entries.append(Entry(body: body, group: group, hiddenUntil: now.adding(seconds: delay)))
    return true
  }

  mutating func advance(to now: Timestamp) {
    for index in entries.indices where entries[index].hiddenUntil <= now { entries[index].isInFlight = false }
  }

  /// Which messages may be taken now, in the order in which a FIFO queue takes them.
  func candidates(dead: Bool, now: Timestamp) -> [Int] {
    let here = entries.indices.filter { entries[$0].isDead == dead }
    let visible = here.filter { !entries[$0].isInFlight && entries[$0].hiddenUntil <= now }
    guard isFIFO else { return visible }
    let blocked = Set(here.filter { entries[$0].isInFlight }.map { entries[$0].group })
    let open = visible.filter { !blocked.contains(entries[$0].group) }
    var order: [String] = []
    for index in open where !order.contains(entries[index].group) { order.append(entries[index].group) }
    return order.flatMap { group in open.filter { entries[$0].group == group } }
  }

  func isDue(_ index: Int) -> Bool {
    !entries[index].isDead && entries[index].receivesHere >= maxReceiveCount
  }

  mutating func take(_ index: Int, timeout: Int, now: Timestamp) {
    entries[index].isInFlight = true
    entries[index].hiddenUntil = now.adding(seconds: timeout)
    entries[index].receives += 1
    entries[index].receivesHere += 1
  }

  /// Moves messages to the dead-letter queue.
  mutating func bury(_ indices: [Int]) {
    var dead = indices.map { entries[$0] }
    for index in dead.indices {
      dead[index].isDead = true
      dead[index].receivesHere = 0
    }
    for index in indices.sorted(by: >) { entries.remove(at: index) }
    entries += dead
  }

  func count(dead: Bool, _ isCounted: (Entry) -> Bool) -> Int {
    entries.count { $0.isDead == dead && isCounted($0) }
  }
}
