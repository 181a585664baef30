import Curl
import Foundation
import TestSupport

@testable import AWS

/// An SQS of a script, and a client of it whose pauses take no time.
struct ScriptedService {
  static let queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"
  static let fifo = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo"
  static let secret = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
  /// What the local clock says before the first pause.
  static let start = Date(timeIntervalSince1970: 1_767_323_045)

  let peer: ScriptedPeer
  let curl: CurlClient
  let recorded: RecordedPauses
  let sqs: SQSClient

  init(
    jitter: Double = 1, sleep: (@Sendable (Duration) async throws -> Void)? = nil,
    credentials: any CredentialProvider = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: secret),
    _ script: @escaping @Sendable (_ connection: Int) -> [ScriptedPeer.Step]
  ) throws {
    peer = try ScriptedPeer(script)
    curl = try CurlClient()
    recorded = RecordedPauses(jitter: jitter)
    var pauses = recorded.pauses
    if let sleep { pauses.sleep = sleep }
    let resolution = try Endpoint.resolve(
      .sqs, queue: QueueURL(Self.queue), environment: ["AWS_ENDPOINT_URL": peer.url])
    sqs = SQSClient(
      client: curl, endpoint: resolution.endpoint, credentials: credentials,
      clock: CorrectedClock(local: { [recorded] in Self.start.addingTimeInterval(recorded.elapsed / .seconds(1)) }),
      pauses: pauses)
  }

  func shutdown() {
    curl.shutdown()
    peer.stop()
  }

  /// The value of a header in each request so far.
  func headers(_ name: String) -> [String] {
    peer.record.requests.map { request in
      let prefix = name.lowercased() + ": "
      let line = request.lines.first { $0.lowercased().hasPrefix(prefix) } ?? ""
      return String(line.dropFirst(prefix.count))
    }
  }

  func delete() async throws { try await sqs.delete(receiptHandle: "h", from: Self.queue) }

  /// The error of a call that must fail.
  func failure(_ call: (SQSClient) async throws -> Void) async -> AWSError? {
    do {
      try await call(sqs)
      return nil
    } catch {
      return error as? AWSError
    }
  }

  func deleteFailure() async -> AWSError? {
    await failure { try await $0.delete(receiptHandle: "h", from: Self.queue) }
  }
}

extension ScriptedPeer.Step {
  static func answer(_ status: Int, _ body: String = "{}", headers: [String] = []) -> Self {
    let lines = ["HTTP/1.1 \(status) X"] + headers + ["Content-Length: \(body.utf8.count)", "", body]
    return .send(lines.joined(separator: "\r\n"))
  }

  static func error(_ status: Int, _ type: String, headers: [String] = []) -> Self {
    .answer(status, #"{"__type":"com.amazonaws.sqs#\#(type)","message":"m"}"#, headers: headers)
  }

  /// These answers in turn, on one connection.
  static func inTurn(_ answers: Self...) -> [Self] { answers.flatMap { [.readRequest, $0] } }
}
