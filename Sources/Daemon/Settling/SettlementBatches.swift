/// Settlements on their way into batches: when a batch is full, or its oldest entry has waited long enough.
struct SettlementBatches {
  /// SQS's limit for batch calls (Amazon SQS API Reference, "DeleteMessageBatch").
  static let largestBatch = 10
  /// Waiting gathers deletes into fewer calls; 200 ms is what AWS's own batching clients use.
  static let longestWait: Duration = .milliseconds(200)

  private struct Pending {
    let settlement: Settlement
    let due: ContinuousClock.Instant
  }

  private var deletes: [Pending] = []
  private var changes: [Pending] = []

  var count: Int { deletes.count + changes.count }
  /// There is a batch that need not wait.
  var isFull: Bool { deletes.count >= Self.largestBatch || changes.count >= Self.largestBatch }

  mutating func add(_ settlement: Settlement, now: ContinuousClock.Instant) {
    // Never past the visibility deadline: half of what is left of it, if that is less.
    let left = max(.zero, now.duration(to: settlement.hiddenUntil()))
    let wait = settlement.isUrgent ? .zero : min(Self.longestWait, left / 2)
    let pending = Pending(settlement: settlement, due: now.advanced(by: wait))
    if settlement.action == .delete { deletes.append(pending) } else { changes.append(pending) }
  }

  /// A batch of one kind that should be sent now: a full one, one that is due, or any when `isFlushing`.
  mutating func next(now: ContinuousClock.Instant, isFlushing: Bool = false) -> [Settlement]? {
    Self.take(&deletes, now, isFlushing) ?? Self.take(&changes, now, isFlushing)
  }

  /// When the next batch is due, if none becomes full before.
  var nextDue: ContinuousClock.Instant? {
    guard let delete = Self.nextDue(deletes) else { return Self.nextDue(changes) }
    return Self.nextDue(changes).map { min(delete, $0) } ?? delete
  }

  /// Takes everything out.
  mutating func removeAll() -> [Settlement] {
    defer { self = SettlementBatches() }
    return (deletes + changes).map(\.settlement)
  }

  private static func nextDue(_ pending: [Pending]) -> ContinuousClock.Instant? {
    var earliest = pending.first?.due
    for entry in pending.dropFirst() { if let soonest = earliest, entry.due < soonest { earliest = entry.due } }
    return earliest
  }

  private static func take(
    _ pending: inout [Pending], _ now: ContinuousClock.Instant, _ isFlushing: Bool
  ) -> [Settlement]? {
    let isDue = pending.count >= largestBatch || pending.contains { $0.due <= now }
    guard !pending.isEmpty, isDue || isFlushing else { return nil }
    let batch = pending.prefix(largestBatch).map(\.settlement)
    pending.removeFirst(batch.count)
    return batch
  }
}
