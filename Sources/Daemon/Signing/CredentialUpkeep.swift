import AWS
import Curl
import FoundationEssentials
import Logging
import ServiceLifecycle

/// The credentials of all calls to AWS: found, replaced in time, and what happens to them logged.
struct CredentialUpkeep: Service {
  let cache: CredentialCache

  /// `region` is that of STS where neither the environment nor the profile names one.
  init(environment: [String: String], client: CurlClient, region: String, clock: CorrectedClock, logger: Logger) {
    let chain = CredentialChain(environment: environment, client: client, region: region)
    cache = CredentialCache(find: { try await chain.find() }, now: clock.now, onEvent: { Self.log($0, logger) })
  }

  /// Throws when there are none to be had. A source that is there and has none yet, as ECS's agent shortly after a start,
  /// is no reason to end: it is asked again, and until then receiving fails.
  func start() async throws {
    do {
      _ = try await cache.credentials()
    } catch let error as AWSError where error.code == .credentialsUnavailable {
      return
    }
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { await cache.run() }
  }

  private static func log(_ event: CredentialEvent, _ logger: Logger) {
    func metadata(_ source: String, _ expiration: Date?) -> Logger.Metadata {
      ["source": "\(source)", "expires": "\(expiration.map { $0.formatted(.iso8601) } ?? "never")"]
    }
    switch event {
    case .found(let source, let expiration):
      logger.info("credentials found", metadata: metadata(source, expiration))
    case .recovered(let source, let expiration):
      logger.info("credentials recovered", metadata: metadata(source, expiration))
    case .refreshFailed(let error, let validUntil?):
      logger.warning(
        "credentials refresh failed, the old ones are used on",
        metadata: ["error": "\(error)", "valid.until": "\(validUntil.formatted(.iso8601))"])
    case .refreshFailed(let error, nil):
      logger.error(error.isRetryable ? "no credentials for now" : "no credentials", metadata: ["error": "\(error)"])
    }
  }
}
