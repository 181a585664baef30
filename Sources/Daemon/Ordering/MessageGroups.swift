/// The message groups of a FIFO queue that are being worked on: one message of each at a time.
///
/// SQS hides a group while one of its messages is in flight, so two of our receives bring the same group only if the
/// visibility of the first has run out. Then the second waits here.
final class MessageGroups: Sendable {
  private let busy = Observed<Set<String>>([])

  /// Runs `work` with the group to itself. Returns false, without having run it, if the task is cancelled while it waits.
  func withGroup(_ group: String, _ work: () async -> Void) async -> Bool {
    while !busy.update({ $0.insert(group).inserted }) {
      guard await busy.wait(until: { !$0.contains(group) }) else { return false }
    }
    await work()
    _ = busy.update { $0.remove(group) }
    return true
  }
}
