import Curl
import Foundation
import Locks
import TestSupport

@testable import AWS

/// Secrets that tests give away, to look for where they must not be.
enum Marked {
  static let secret = "MARKEDsecretMARKED0123456789abcdefghijkl"
  static let token = "MARKEDtokenMARKED//////////wEXAMPLE"

  static func isIn(_ text: String) -> Bool { text.contains("MARKED") }
}

/// A whole HTTP answer.
func httpAnswer(_ status: Int, _ body: String, _ headers: String...) -> String {
  let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + headers
  return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
}

extension ScriptedPeer {
  /// Answers request after request on its first connection, and then is silent.
  static func answering(_ answers: [String]) throws -> ScriptedPeer {
    try ScriptedPeer { number in number == 0 ? answers.flatMap { [.readRequest, .send($0)] } : [] }
  }

  /// The requests' first lines, without the version.
  var requestLines: [String] {
    record.requests.map { request in
      (request.lines.first ?? "").split(separator: " ").prefix(2).joined(separator: " ")
    }
  }
}

/// A clock that stands still until it is told otherwise.
final class ManualDate: Sendable {
  private let date: Locked<Date>

  init(_ date: Date = Date(timeIntervalSince1970: 1_767_323_045)) { self.date = Locked(date) }

  var now: Date { date.withLock { $0 } }

  func advance(_ seconds: Double) { date.withLock { $0 += seconds } }
}

extension AWSError {
  /// The `AWSError` that a call throws; nil if it throws none.
  static func thrown(_ call: () async throws -> Void) async -> AWSError? {
    do {
      try await call()
      return nil
    } catch {
      return error as? AWSError
    }
  }
}

extension CredentialSource {
  /// What it finds; nil if it does not apply.
  func found() async throws -> FoundCredentials? {
    guard case .found(let found) = try await look() else { return nil }
    return found
  }
}

extension MetadataClient {
  /// Without its pauses.
  static func hasty(_ client: CurlClient) -> MetadataClient { MetadataClient(client: client, sleep: { _ in }) }
}
