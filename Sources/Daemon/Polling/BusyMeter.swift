import Locks

/// Whether any message is in our hands, over all queues.
final class BusyMeter: Sendable {
  /// True when the first message has come, false when the last one is gone.
  let changes: AsyncStream<Bool>
  private let change: AsyncStream<Bool>.Continuation
  private let count = Locked(0)

  init() {
    // Only the latest is of interest.
    (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func add(_ messages: Int) {
    // Yielded under the lock, so that the last one yielded is the last one that happened.
    count.withLock { count in
      let before = count
      count += messages
      if (before == 0) != (count == 0) { change.yield(count > 0) }
    }
  }
}
