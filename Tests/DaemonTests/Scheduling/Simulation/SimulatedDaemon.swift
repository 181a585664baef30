import SQSD

@testable import Daemon

/// One machine with its clock, and the daemon on it. Times are true ones, in milliseconds, where nothing else is said.
struct SimulatedDaemon {
  /// Nil while none runs.
  var plan: TickPlan?
  /// Which start this is.
  var incarnation = 0
  var owner = ""
  /// What is added to the true time by the machine's clock.
  var offset: Int
  var startedAt = 0
  var pausedUntil: Int?
  /// When it was last started, stopped or let go on, or its clock set.
  var disturbedAt = 0
  var isStopping = false
  /// Wakes of before are none any more.
  var wake = 0
  /// Ticks that it has begun, and when; those of them that have no end yet; and those of which it knows that
  /// it has sent them.
  var begun: [Tick: Int] = [:]
  var open: Set<Tick> = []
  var answered: Set<Tick> = []
  /// What it has said to be missed.
  var missed: [String: [ClosedRange<Timestamp>]] = [:]
  /// The clock was set since its start.
  var wasSet = false
  /// For a mutant.
  var lastSeen: [Tick: ClaimRecord] = [:]
  /// When its last attempt to have a tick began.
  var claimedAt: [Tick: Int] = [:]

  func wall(_ time: Int) -> Int { time + offset }
}

/// One call of a daemon's, from its decision to its answer.
struct Flight {
  enum Fate {
    case fine
    case refused
    case requestLost
    case answerLost
    case late(by: Int)
  }

  let daemon: Int
  let incarnation: Int
  let call: TickCall
  let startedAt: Int
  /// When its caller stops waiting for it.
  let limit: Int
  let fate: Fate
  /// Its place among the sendings, of a send.
  var sending: Int?
}
