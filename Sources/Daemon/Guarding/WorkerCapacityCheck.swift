import Curl
import Logging
import SQSD
import ServiceLifecycle

/// Warns once, when the application is there, if it is a worker-server that can hold fewer requests than sqsd has
/// connections: the rest would be answered with 503, each at the cost of one of its message's receives.
struct WorkerCapacityCheck: Service {
  let client: CurlClient
  let address: ApplicationAddress
  let connections: Int
  let gate: ApplicationGate
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await gate.untilFirstReachable()
      guard let health = await health(), health.capacity < connections else { return }
      logger.warning(
        "configuration",
        metadata: [
          "note": """
          --http-connections is \(connections), but worker-server holds \(health.capacity) requests at once \
          (--concurrency \(health.concurrency), --waiting \(health.waitingLimit)): lower the first, or raise one of these
          """
        ])
    }
    try? await gracefulShutdown()
  }

  /// Nil for every other application.
  private func health() async -> WorkerHealth? {
    let answer = try? await client.execute(
      CurlRequest(
        method: "GET", url: address.origin + "/health", unixSocketPath: address.unixSocketPath,
        totalTimeout: .seconds(5), keptBodyLimit: WorkerHealth.longestText + 1))
    guard let answer, answer.status == 200 else { return nil }
    return WorkerHealth(parsing: answer.body)
  }
}
