import Settings

/// How the connections to the application are divided among several queues.
///
/// Each queue has slots of its own, so that one with long jobs or a long backlog never takes those of another.
struct QueueShares: Equatable {
  private let shares: [Int]

  /// `weights` is one number a queue, or empty for equal parts. Every queue gets at least one slot; what does not divide
  /// evenly goes to the first ones.
  init(capacity: Int, weights: [Int], queues: Int) {
    let weights = weights.count == queues ? weights : Array(repeating: 1, count: queues)
    let total = max(1, weights.reduce(0, +))
    var shares = weights.map { max(1, capacity * $0 / total) }
    var rest = capacity - shares.reduce(0, +)
    for index in shares.indices where rest > 0 {
      shares[index] += 1
      rest -= 1
    }
    // Slots that were made up for small weights come off the largest part.
    while rest < 0, let largest = shares.indices.max(by: { shares[$0] < shares[$1] }), shares[largest] > 1 {
      shares[largest] -= 1
      rest += 1
    }
    self.shares = shares
  }

  subscript(queue: Int) -> Int { shares[queue] }
  var all: [Int] { shares }

  /// What keeps the settings from being divided; nil if nothing does.
  static func fault(_ settings: ParsedSettings) -> String? {
    let queues = settings[SqsdSettings.queueURL].count
    let weights = settings[SqsdSettings.queueShares].count
    let connections = settings[SqsdSettings.httpConnections]
    if weights != 0, weights != queues {
      return "--queue-shares: \(weights) parts for \(queues) queues; give one for each --queue-url, in their order"
    }
    guard connections < queues else { return nil }
    return "--http-connections: \(connections) for \(queues) queues; each needs at least one"
  }
}
