import Curl
import Logging

/// What is said about one delivery: one line, with what a person needs to act on a failure.
struct DeliveryReport: Sendable {
  let messageID: String
  let receiveCount: Int?
  let task: String?
  let outcome: Outcome
  let disposition: Disposition
  let duration: Duration
  let application: Application
  let path: String?

  func log(to logger: Logger) {
    var metadata = facts
    switch (outcome, disposition) {
    case (.expired, _):
      metadata["reason"] = "it is older than --retention-period"
      logger.warning("message deleted without being delivered", metadata: metadata)
    case (_, .delete):
      logger.info("message delivered", metadata: metadata)
    case (.unreachable, _):
      metadata["reason"] = "\(reason)"
      logger.info("message given back", metadata: metadata)
    default:
      metadata["reason"] = "\(reason)"
      logger.warning("message failed", metadata: metadata)
    }
  }

  /// One literal for what nearly every delivery has: a dictionary that grows member by member costs twice as much.
  private var facts: Logger.Metadata {
    if let receiveCount, task == nil, case .answered(let status, _, _) = outcome {
      return [
        "message.id": "\(messageID)", "duration": .stringConvertible(duration.inSeconds), "decision": "\(decision)",
        "receive.count": .stringConvertible(receiveCount), "http.status": .stringConvertible(status),
      ]
    }
    var facts: Logger.Metadata = [
      "message.id": "\(messageID)", "duration": .stringConvertible(duration.inSeconds), "decision": "\(decision)",
    ]
    if let receiveCount { facts["receive.count"] = .stringConvertible(receiveCount) }
    if let task { facts["task"] = "\(task)" }
    if case .answered(let status, _, _) = outcome { facts["http.status"] = .stringConvertible(status) }
    return facts
  }

  private var decision: String {
    switch disposition {
    case .delete: "delete"
    case .leave: "leave"
    case .release(let after): "release after \(after.components.seconds) s"
    }
  }

  /// Without a query, which may hold what the sender meant for the application alone.
  private var target: String { "\(application.address)\((path ?? "").prefix { $0 != "?" })" }

  private var reason: String {
    switch outcome {
    case .answered(let status, _, let location): answered(status, location)
    case .unreachable(let error), .silent(let error), .broken(let error): "POST \(target): \(error.message)"
    case .cutOff: "POST \(target) was still running when the drain time was over"
    case .invalid(let reason): reason
    case .expired: "it is too old"
    }
  }

  private func answered(_ status: Int, _ location: String?) -> String {
    switch status {
    case 404, 405: "POST \(target) is answered with \(status): is this the right path? (--http-path, --http-url)"
    case 401, 403:
      "POST \(target) is answered with \(status): may sqsd POST there, or is a signature "
        + "asked for? (--signing-secret-file, the same secret on both sides)"
    case 300...399:
      "POST \(target) is redirected to \(location?.prefix { $0 != "?" } ?? "nowhere"): redirects are not followed, "
        + "the application must answer the POST itself"
    case 200...299: "POST \(target) is answered with \(status), and --success 200 takes only 200"
    default: "POST \(target) is answered with \(status)"
    }
  }
}
