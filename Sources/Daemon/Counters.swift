import Locks
import Logging

/// What the program has done since its start, for its last log line.
final class Counters: Sendable {
  struct Values: Sendable, Equatable {
    var received = 0
    var delivered = 0
    var failed = 0
    /// Received, and given back without a POST.
    var givenBack = 0
    var deleted = 0
    /// Deleted after the visibility had run out: such a message may have been delivered twice.
    var lateDeletes = 0
    /// Done, and not deleted: such a message is delivered again.
    var lostDeletes = 0
  }

  private let state = Locked(Values())

  var values: Values { state.withLock { $0 } }

  func count(_ change: (inout Values) -> Void) {
    state.withLock { change(&$0) }
  }
}

extension Counters.Values {
  /// As log fields.
  var metadata: Logger.Metadata {
    [
      "received": .stringConvertible(received), "delivered": .stringConvertible(delivered),
      "failed": .stringConvertible(failed), "given.back": .stringConvertible(givenBack),
      "deleted": .stringConvertible(deleted), "deleted.late": .stringConvertible(lateDeletes),
      "deletes.lost": .stringConvertible(lostDeletes),
    ]
  }
}
