@testable import Daemon

/// What became of one message.
struct Sending {
  let tick: Tick
  let daemon: Int
  let owner: String
  /// When the call that won its claim began.
  let claimedAt: Int
  /// Its sender was stopped after its last look at the deadline.
  let wasStalled: Bool
  var arrivedAt: Int?
  /// The sender knows that it was sent.
  var isAnswered = false
  var markedAt: Int?
  /// A call that was to mark it failed, or its sender was stopped before it could make one.
  var markWasHindered = false
  var senderDied = false

  /// What excuses a second message for its tick: the answer was lost, or the sender died or stalled past the takeover before
  /// it could mark it.
  var isExcuse: Bool {
    let wasLate = markedAt.map { $0 - claimedAt >= 20_000 } ?? true
    return !isAnswered || (senderDied && markedAt == nil) || (wasStalled && wasLate) || (markWasHindered && wasLate)
  }
}

/// What was promised and not kept, and how much there was to keep.
struct Verdict {
  struct Counts {
    var ticks = 0
    var messages = 0
    /// Beyond the first of their tick.
    var duplicates = 0
    var takeovers = 0
    /// Ticks that a daemon had to see through.
    var owed = 0

    static func += (a: inout Counts, b: Counts) {
      a.ticks += b.ticks
      a.messages += b.messages
      a.duplicates += b.duplicates
      a.takeovers += b.takeovers
      a.owed += b.owed
    }
  }

  struct Begun {
    let tick: Tick
    let daemon: Int
    let at: Int
    /// By the daemon's clock.
    let wall: Int
    /// How many disturbances the daemon had had.
    let disturbances: Int
  }

  var violations: [String] = []
  var counts = Counts()
  var begun: [Begun] = []
  /// When each daemon was started, stopped, let go on or had its clock set.
  var disturbances: [Int: [Int]] = [:]
  private(set) var troubles: [Tick: Int] = [:]

  mutating func trouble(_ ticks: some Sequence<Tick>) {
    for tick in ticks { troubles[tick, default: 0] += 1 }
  }
}
