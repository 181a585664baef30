/// What one task waits at and any other may ring. Rings while nobody waits are kept as one.
struct Doorbell: Sendable {
  private let rings: AsyncStream<Void>
  private let bell: AsyncStream<Void>.Continuation

  init() {
    (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func ring() {
    bell.yield()
  }

  /// Returns at the next ring, at once if there was one since the last wait, and at cancellation; after a cancellation
  /// always at once, so a loop around it must ask whether its task is cancelled.
  func wait() async {
    for await _ in rings { return }
  }

  /// The same, but no longer than until a moment.
  func wait(until moment: ContinuousClock.Instant?, clock: ContinuousClock) async {
    guard let moment else { return await wait() }
    await withDiscardingTaskGroup { group in
      group.addTask {
        if (try? await clock.sleep(until: moment)) != nil { ring() }
      }
      await wait()
      group.cancelAll()
    }
  }
}
