import HTTPCore
import SQSD

/// GET /health: 200 while jobs are taken, 503 once the server drains, so that nothing new is sent here.
struct HealthEndpoint: Sendable {
  let slots: JobSlots

  func respond() -> HTTPResponse {
    let counts = slots.counts
    let health = WorkerHealth(
      isDraining: counts.isDraining, running: counts.running, waiting: counts.waiting,
      concurrency: counts.concurrency, waitingLimit: counts.waitingLimit)
    return .json(counts.isDraining ? 503 : 200, health.json + "\n")
  }
}
