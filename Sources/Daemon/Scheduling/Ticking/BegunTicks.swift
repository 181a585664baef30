import SQSD

/// The ticks of one task that were begun: none is begun again, wherever the clock goes.
struct BegunTicks {
  /// Eight hours of a task of every minute. Beyond it everything that is older than what is forgotten counts as begun.
  static let capacity = 512

  private var ticks: [Timestamp] = []
  private var forgotten: Timestamp?

  func contains(_ tick: Timestamp) -> Bool {
    if let forgotten, tick <= forgotten { return true }
    let place = place(of: tick)
    return place < ticks.count && ticks[place] == tick
  }

  mutating func insert(_ tick: Timestamp) {
    guard !contains(tick) else { return }
    ticks.insert(tick, at: place(of: tick))
    if ticks.count > Self.capacity { forgotten = ticks.removeFirst() }
  }

  /// Where it is or belongs. Nearly always that is the end.
  private func place(of tick: Timestamp) -> Int {
    guard let last = ticks.last, tick <= last else { return ticks.count }
    return ticks.firstIndex { $0 >= tick } ?? ticks.count
  }
}
