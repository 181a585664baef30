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
