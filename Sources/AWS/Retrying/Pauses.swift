/// What a call needs to pause between its attempts: a clock, a way to sleep and randomness.
package struct Pauses: Sendable {
  package var now: @Sendable () -> ContinuousClock.Instant
  /// Throws when its task is cancelled.
  package var sleep: @Sendable (Duration) async throws -> Void
  /// A number from 0 to 1, another one each time.
  package var jitter: @Sendable () -> Double

  package init(
    now: @escaping @Sendable () -> ContinuousClock.Instant, sleep: @escaping @Sendable (Duration) async throws -> Void,
    jitter: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.sleep = sleep
    self.jitter = jitter
  }

  package static let real = Pauses(
    now: { ContinuousClock.now }, sleep: { try await Task.sleep(for: $0) }, jitter: { .random(in: 0...1) })
}
