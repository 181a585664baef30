import AWS
import FoundationEssentials
import Logging
import ServiceLifecycle

/// Warns at the start about a FIFO queue whose messages have few receives before they are dead letters.
///
/// What goes back without a POST has spent a receive, and a message of a FIFO queue may go back when an earlier one of its
/// group fails. sqsd avoids that (``ReceivingCaution``), but a daemon that is killed, or an answer that is lost, cannot.
struct RedriveCheck: Service {
  static let fewReceives = 10

  let client: SQSClient
  let queueURL: String
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      do {
        let attributes = try await client.attributes(of: queueURL, names: ["RedrivePolicy"])
        guard let policy = attributes["RedrivePolicy"], let count = Self.maxReceiveCount(of: policy),
          count < Self.fewReceives
        else { return }
        logger.warning(
          "configuration",
          metadata: [
            "note": """
            maxReceiveCount of \(queueURL) is \(count): on a FIFO queue give it at least \(Self.fewReceives), because a \
            message may be received and given back when an earlier one of its group fails
            """
          ])
      } catch {
        // Nothing depends on it, and the role need not allow it.
        logger.debug("redrive policy not read", metadata: ["reason": "\(error)"])
      }
    }
    try? await gracefulShutdown()
  }

  /// SQS writes the number as a number, some tools as a string.
  static func maxReceiveCount(of policy: String) -> Int? {
    struct Policy: Decodable {
      var maxReceiveCount: Int?

      enum CodingKeys: CodingKey { case maxReceiveCount }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        maxReceiveCount =
          (try? container.decode(Int.self, forKey: .maxReceiveCount))
          ?? (try? container.decode(String.self, forKey: .maxReceiveCount)).flatMap { Int($0) }
      }
    }
    return (try? JSONDecoder().decode(Policy.self, from: Data(policy.utf8)))?.maxReceiveCount
  }
}
