import HTTPCore
import Logging
import Settings

/// Answers `GET /health`: 200 while sqsd polls, 503 once it drains.
enum AdminServer {
  static let healthPath = "/health"

  /// The server as a service, or nothing if `address` is nil.
  static func service(
    at address: ListenAddress?, draining: Flag, logger: Logger, onBound: @escaping @Sendable () -> Void
  ) -> HTTPServer? {
    guard let address else { return nil }
    var router = HTTPRouter()
    router.on("GET", healthPath) { _, _ in
      draining.isRaised
        ? .json(503, #"{"status":"draining","version":"\#(Version.current)"}"#)
        : .json(200, #"{"status":"ok","version":"\#(Version.current)"}"#)
    }
    var limits = HTTPLimits()
    limits.body = 1024
    limits.connections = 64
    return HTTPServer(
      address: address, limits: limits, drainTimeout: .seconds(1), logger: logger,
      onBound: { bound in
        logger.info("admin listener", metadata: ["address": "\(bound)"])
        onBound()
      },
      router: router)
  }
}
