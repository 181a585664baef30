import TestSupport

/// What may go wrong in one simulated world, and how often. Probabilities are those of one step of one daemon: a call that is
/// about to leave, an answer that has come. Times in milliseconds.
struct Scenario {
  enum Kind: CaseIterable {
    /// Clocks that differ, and nothing else.
    case calm
    case crashes
    /// SIGSTOP, a frozen virtual machine, a starved container.
    case pauses
    /// Requests and answers that are lost or late.
    case losses
    /// One of the table at a time.
    case outages
    /// Of the table, the queue, and both.
    case blackouts
    case clocks
    /// SIGTERM, one daemon after the other.
    case deployments
    case everything
  }

  /// What keeps several daemons from sending the same.
  enum Guard {
    case table
    /// The queue drops what it has seen in the last five minutes.
    case fifo
    /// Nothing: there is one daemon.
    case alone
  }

  let kind: Kind
  let guarding: Guard
  var daemons = 3
  /// How far clocks may be off at the start.
  var skew = 8_000
  var crash = 0.0
  var pause = 0.0
  /// Between the last look at the deadline and the first byte.
  var stall = 0.0
  var requestLost = 0.0
  var answerLost = 0.0
  var late = 0.0
  var refused = 0.0
  var sendRefused = 0.0
  var tableOutages: [Range<Int>] = []
  var queueOutages: [Range<Int>] = []
  /// When a daemon's clock is set, and by how much.
  var jumps: [(at: Int, daemon: Int, by: Int)] = []
  var stops: [(at: Int, daemon: Int)] = []
  /// Then nothing goes wrong any more.
  static let troubleEnds = 8 * 60_000
  static let end = 12 * 60_000

  init(_ kind: Kind, _ guarding: Guard, random: inout SeededRandom) {
    self.kind = kind
    self.guarding = guarding
    daemons = guarding == .alone ? 1 : Int.random(in: 2...4, using: &random)
    // Clocks that agree make daemons meet at the table.
    skew = [20, 300, 8_000].randomElement(using: &random) ?? 0
    func some(_ most: Double) -> Double { Double.random(in: 0...most, using: &random) }
    switch kind {
    case .calm: break
    case .crashes: crash = some(0.06)
    case .pauses:
      pause = some(0.06)
      // A queue remembers for five minutes, and not what comes later.
      stall = guarding == .table ? some(0.03) : 0
    case .losses: lose(some(0.15))
    case .outages: tableOutages = Self.outages(apart: 90_000, upTo: 60_000, &random)
    case .blackouts:
      tableOutages = Self.outages(apart: 5_000, upTo: 150_000, &random)
      queueOutages = Self.outages(apart: 5_000, upTo: 150_000, &random)
    case .clocks: setClocks(&random)
    case .deployments:
      deploy(&random)
      sendRefused = some(0.6)
    case .everything:
      crash = some(0.03)
      pause = some(0.03)
      stall = some(0.02)
      lose(some(0.08))
      tableOutages = Self.outages(apart: 60_000, upTo: 60_000, &random)
      queueOutages = Self.outages(apart: 60_000, upTo: 60_000, &random)
      setClocks(&random)
      deploy(&random)
    }
  }

  /// Exactly one message a tick: nothing happens that excuses a second.
  var isStrict: Bool {
    switch kind {
    case .calm, .outages, .clocks, .deployments: true
    default: guarding == .fifo
    }
  }

  private mutating func lose(_ probability: Double) {
    requestLost = probability
    answerLost = probability
    late = guarding == .fifo ? 0 : probability / 2
    refused = probability
  }

  private mutating func setClocks(_ random: inout SeededRandom) {
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let size = [900, 5_000, 40_000, 200_000, 3_600_000].randomElement(using: &random) ?? 0
      let by = Int.random(in: -size...size, using: &random)
      let at = Int.random(in: 0..<Self.troubleEnds, using: &random)
      let daemon = Int.random(in: 0..<daemons, using: &random)
      jumps.append((at, daemon, by))
      // Put right after a while, or never.
      if Bool.random(using: &random) { jumps.append((at + Int.random(in: 1...180_000, using: &random), daemon, -by)) }
    }
  }

  private mutating func deploy(_ random: inout SeededRandom) {
    for daemon in 0..<daemons {
      stops.append((Int.random(in: 0..<Self.troubleEnds, using: &random), daemon))
    }
  }

  private static func outages(apart: Int, upTo longest: Int, _ random: inout SeededRandom) -> [Range<Int>] {
    var outages: [Range<Int>] = []
    var time = Int.random(in: 0...120_000, using: &random)
    while time < troubleEnds - longest {
      // Many begin just when ticks are claimed.
      if Bool.random(using: &random) { time = time / 60_000 * 60_000 + Int.random(in: 0...400, using: &random) }
      let end = time + Int.random(in: 100...longest, using: &random)
      outages.append(time..<end)
      time = end + apart + Int.random(in: 0...120_000, using: &random)
    }
    return outages
  }
}
