import FoundationEssentials
import HTTPCore
import Logging
import Settings

/// Answers `GET /health`: 200 while sqsd polls, 503 once it drains; and `GET /ready`: 200 while messages can be received
/// and delivered, 503 with the reasons while they cannot.
enum AdminServer {
  static let healthPath = "/health"
  static let readyPath = "/ready"

  /// The server as a service, or nothing if `address` is nil. `complaints` says why nothing is delivered.
  static func service(
    at address: ListenAddress?, draining: Observed<Bool>, complaints: @escaping @Sendable () -> [String],
    logger: Logger, onBound: @escaping @Sendable () -> Void
  ) -> HTTPServer? {
    guard let address else { return nil }
    var router = HTTPRouter()
    router.on("GET", healthPath) { _, _ in
      draining.value ? answer(503, "draining") : answer(200, "ok")
    }
    router.on("GET", readyPath) { _, _ in
      let reasons = (draining.value ? ["draining"] : []) + complaints()
      return reasons.isEmpty ? answer(200, "ready") : answer(503, "not ready", reasons: reasons)
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

  private struct Answer: Encodable {
    let status: String
    var version = Version.current
    var reasons: [String]?
  }

  private static func answer(_ status: Int, _ word: String, reasons: [String] = []) -> HTTPResponse {
    let answer = Answer(status: word, reasons: reasons.isEmpty ? nil : reasons)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings alone can always be written.
    return .json(status, (try? encoder.encode(answer)).map { String(decoding: $0, as: UTF8.self) } ?? "{}")
  }
}
