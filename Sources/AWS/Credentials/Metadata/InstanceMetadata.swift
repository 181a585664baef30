import Curl
import FoundationEssentials
import Locks

/// The instance metadata service of EC2, version 2 only: version 1 answers anybody who can make the machine send a GET
/// (Amazon EC2 User Guide, "Use the Instance Metadata Service").
struct InstanceMetadata: Sendable {
  static let timeout: Duration = .seconds(1)
  static let attempts = 3
  /// Where there is no EC2, asking costs time at each start that finds nothing else.
  static let tokenAttempts = 2
  private static let tokenSeconds = 21_600

  enum Answer {
    case text([UInt8])
    /// The service is there and has no such thing.
    case notFound
    /// Nobody there, or not to be asked: half a sentence.
    case absent(String)
  }

  /// `http://169.254.169.254`, without a slash at the end.
  let base: String
  let metadata: MetadataClient
  private let token = Locked<Secret?>(nil)

  /// Nil when `AWS_EC2_METADATA_DISABLED` says so.
  init?(environment: [String: String], metadata: MetadataClient) throws {
    guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
    let name = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
    let mode = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() ?? ""
    if let given = environment[name], !given.isEmpty {
      guard let url = HTTPURL(given) else {
        throw AWSError.credentials("instance metadata", "\(name) is not a usable URL like http://169.254.169.254")
      }
      base = "\(url.scheme)://\(url.hostHeader)\(url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path)"
    } else {
      guard ["", "ipv4", "ipv6"].contains(mode) else {
        throw AWSError.credentials(
          "instance metadata", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE takes IPv4 or IPv6")
      }
      base = mode == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
    }
    self.metadata = metadata
  }

  /// For sentences.
  var name: String { "EC2 instance metadata (\(base))" }

  func get(_ path: String) async throws -> Answer {
    // A token may end before its time, when the service has restarted: 401 asks for another, once.
    var isSecond = false
    while true {
      let token: Secret
      switch try await currentToken() {
      case .success(let fresh): token = fresh
      case .failure(let absence): return .absent(absence.reason)
      }
      let answer = try await answer(
        to: MetadataClient.request(
          base + path, headers: [(name: "X-aws-ec2-metadata-token", value: token.exposed)], timeout: Self.timeout))
      switch answer.status {
      case 200: return .text(answer.body)
      case 404: return .notFound
      case 401 where !isSecond:
        self.token.withLock { $0 = nil }
        isSecond = true
      default: throw refusal(answer)
      }
    }
  }

  private struct Absence: Error {
    let reason: String
  }

  private func currentToken() async throws -> Result<Secret, Absence> {
    if let kept = token.withLock({ $0 }) { return .success(kept) }
    let request = MetadataClient.request(
      "\(base)/latest/api/token", method: "PUT",
      headers: [(name: "X-aws-ec2-metadata-token-ttl-seconds", value: "\(Self.tokenSeconds)")], timeout: Self.timeout)
    let answer: CurlResponse
    do {
      answer = try await metadata.answer(to: request, attempts: Self.tokenAttempts)
    } catch let error as CurlError {
      // From a container behind a bridge the answer is lost when the instance's hop limit is 1: it looks like no EC2.
      let isTimeout = error.code == .connectTimeout || error.code == .totalTimeout
      return .failure(
        Absence(
          reason: isTimeout
            ? "\(name) did not answer (in a container on EC2 it needs a hop limit of 2)" : "\(name) is not reachable"))
    }
    // What other clouds answer at the same address, and EC2 where the service or its version 2 is switched off.
    if [403, 404, 405].contains(answer.status) {
      return .failure(
        Absence(reason: "\(name) gives no token (HTTP \(answer.status)): no EC2, or version 2 is switched off"))
    }
    guard answer.status == 200 else { throw refusal(answer) }
    let text = String(decoding: answer.body, as: UTF8.self)
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw AWSError.credentials(name, "gave a token that is none", isTemporary: true)
    }
    let fresh = Secret(text)
    token.withLock { $0 = fresh }
    return .success(fresh)
  }

  private func answer(to request: CurlRequest) async throws -> CurlResponse {
    do {
      return try await metadata.answer(to: request, attempts: Self.attempts)
    } catch let error as CurlError {
      throw AWSError.credentials(name, "\(error)", isTemporary: true)
    }
  }

  private func refusal(_ answer: CurlResponse) -> AWSError {
    let isTemporary = MetadataClient.isTemporary(answer.status)
    return .credentials(
      name, "answered HTTP \(answer.status)",
      advice: isTemporary ? nil : "Where it is not to be asked, set AWS_EC2_METADATA_DISABLED=true",
      isTemporary: isTemporary)
  }
}
