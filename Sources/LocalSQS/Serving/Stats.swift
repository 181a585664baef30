/// What `GET /stats` and the summary at the end show: calls by action, and for each queue its depth and its counters.
struct Stats: Encodable, Sendable {
  struct QueueStats: Encodable, Sendable {
    let visible: Int
    let inFlight: Int
    let delayed: Int
    let peakInFlight: Int
    let sent: Int
    let received: Int
    let deleted: Int
    let deadLettered: Int
    let expired: Int
    let emptyReceives: Int

    init(_ queue: Queue) {
      visible = queue.visibleCount
      inFlight = queue.inFlight.count
      delayed = queue.delayed.count
      peakInFlight = queue.counters.peakInFlight
      sent = queue.counters.sent
      received = queue.counters.received
      deleted = queue.counters.deleted
      deadLettered = queue.counters.deadLettered
      expired = queue.counters.expired
      emptyReceives = queue.counters.emptyReceives
    }
  }

  let calls: [String: Int]
  let queues: [String: QueueStats]

  init(calls: [String: Int], store: QueueStore) {
    self.calls = calls
    queues = store.queues.mapValues { QueueStats($0) }
  }
}

extension Stats {
  /// A table for people, one line a queue, then the calls.
  var summary: String {
    let head = ["queue", "sent", "received", "deleted", "dead-lettered", "expired", "left", "peak in flight"]
    var rows = [head]
    for (name, queue) in queues.sorted(by: { $0.key < $1.key }) {
      let left = queue.visible + queue.inFlight + queue.delayed
      let numbers = [
        queue.sent, queue.received, queue.deleted, queue.deadLettered, queue.expired, left, queue.peakInFlight,
      ]
      rows.append([name] + numbers.map { "\($0)" })
    }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
    }
    let counted = calls.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return (lines + ["calls: " + (counted.isEmpty ? "none" : counted.joined(separator: ", "))]).joined(separator: "\n")
  }
}
