import ServiceLifecycle

/// Probes the application for as long as the circuit is open: at the start, when it cannot be reached, when it refuses.
struct ApplicationWatch: Service {
  let gate: ApplicationGate
  let probe: ApplicationProbe
  var clock = ContinuousClock()

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while let pause = await gate.nextProbe() {
        guard (try? await clock.sleep(for: pause)) != nil else { return }
        let fault = await probe.run()
        // A probe that was cut off found nothing out.
        guard !Task.isCancelled else { return }
        gate.probed(fault: fault)
      }
    }
  }
}
