import Curl
import Logging
import SQSD

/// Warns if the application is a worker-server that can hold fewer requests than sqsd has connections: the rest would be
/// answered with 503, each at the cost of one of its message's receives.
struct WorkerCapacityCheck: Sendable {
  /// Nothing is received before the answer, or the end of this.
  static let timeout: Duration = .seconds(2)

  let client: CurlClient
  let address: ApplicationAddress
  let connections: Int
  let userAgent: String
  let logger: Logger

  func run() async {
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

  /// Nil for every other application.
  private func health() async -> WorkerHealth? {
    let answer = try? await client.execute(
      CurlRequest(
        method: "GET", url: address.origin + "/health", unixSocketPath: address.unixSocketPath,
        headers: [("User-Agent", userAgent)],
        totalTimeout: Self.timeout, keptBodyLimit: WorkerHealth.longestText + 1))
    guard let answer, answer.status == 200 else { return nil }
    return WorkerHealth(parsing: answer.body)
  }
}
