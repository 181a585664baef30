import ServiceLifecycle
import UnixSignals

/// Waits for a second SIGTERM or SIGINT, which means: now. The first one is the service group's.
struct SecondSignal: Service {
  let onSecond: @Sendable () -> Void

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    var count = 0
    for await _ in signals.cancelOnGracefulShutdown() {
      count += 1
      if count == 2 { onSecond() }
    }
  }
}
