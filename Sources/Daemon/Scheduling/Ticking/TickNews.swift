import SQSD

/// Why a tick is not sent.
enum TickLoss: Sendable, Hashable {
  /// Older than `--cron-catch-up`.
  case tooOld
  /// A later tick of its task is due, and catching up sends only the latest.
  case superseded
  /// The program ends; with a table another daemon may send it.
  case stopping
}

/// Ticks of one task that nobody sends, in their order.
struct MissedTicks: Sendable, Equatable {
  /// So many are counted at most: a clock that jumps a year ahead must not keep us busy.
  static let countLimit = 1000

  let task: String
  let first: Timestamp
  var last: Timestamp
  var count = 1
}

/// What an operator should hear.
enum TickNews: Sendable, Equatable {
  /// With the milliseconds from its time until it was in the queue.
  case sent(Tick, lag: Int64)
  case left(Tick)
  case missed(MissedTicks, TickLoss)
  /// At the start nobody had sent the latest tick, so most likely none of these.
  case missedBeforeStart(MissedTicks)
  case tookOver(Tick, from: String)
  case answerLost(Tick)
  case overtaken(Tick, by: String)
  case unmarked(Tick)
  case clockWentBack(seconds: Int64)
  case tableFails(reason: String)
  case tableWorks
  case queueFails(reason: String)
  case queueWorks
}
