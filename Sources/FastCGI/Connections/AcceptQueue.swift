import NIOCore

/// The new connections of which nobody knows whether the application has accepted them.
///
/// The system counts a connection as made when it is in the backlog of the listener, so only an answer tells more; and
/// because a backlog is worked off in order, it tells the same of all connections that were made before.
struct AcceptQueue {
  private var waiting: [(number: Int, overdueAt: NIODeadline)] = []

  /// Numbers and times must rise.
  mutating func opened(_ number: Int, overdueAt time: NIODeadline) {
    waiting.append((number, time))
  }

  mutating func accepted(_ number: Int) {
    guard let first = waiting.first, first.number <= number else { return }
    waiting.removeAll { $0.number <= number }
  }

  mutating func closed(_ number: Int) {
    waiting.removeAll { $0.number == number }
  }

  /// How many wait for longer than they should.
  func overdue(at now: NIODeadline) -> Int {
    waiting.prefix { $0.overdueAt <= now }.count
  }

  /// When the next one will wait for too long.
  func nextOverdue(after now: NIODeadline) -> NIODeadline? {
    waiting.first { $0.overdueAt > now }?.overdueAt
  }
}
