import ServiceLifecycle

/// Probes the application for as long as the circuit is open: at the start, when it cannot be reached, when it refuses.
/// The first time that it is there it is also asked, once, whether it is a worker-server and of what capacity.
struct ApplicationWatch: Service {
  let gate: ApplicationGate
  let probe: ApplicationProbe
  let capacityCheck: WorkerCapacityCheck

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while await gate.untilProbeIsDue() {
        let fault = await probe.run()
        // A probe that was cut off found nothing out.
        guard !Task.isCancelled else { return }
        // Before anything is received, so that its connection is one of those that deliveries use.
        if fault == nil, gate.isStarting { await capacityCheck.run() }
        gate.probed(fault: fault)
      }
    }
  }
}
