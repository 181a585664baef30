/// Holds a responder until a test lets it go on, and tells the test that the responder has come there.
final class Gate: Sendable {
  private let arrivals: AsyncStream<Void>
  private let arrived: AsyncStream<Void>.Continuation
  private let openings: AsyncStream<Void>
  private let opened: AsyncStream<Void>.Continuation

  init() {
    (arrivals, arrived) = AsyncStream.makeStream()
    (openings, opened) = AsyncStream.makeStream()
  }

  /// Waits for one `open()`, or for cancellation.
  func wait() async {
    arrived.yield()
    for await _ in openings { return }
  }

  /// Returns when somebody waits.
  func untilWaiting() async {
    for await _ in arrivals { return }
  }

  func open() { opened.yield() }
}
