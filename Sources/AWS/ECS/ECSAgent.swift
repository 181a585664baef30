package import Curl
import FoundationEssentials

/// The endpoint that the ECS agent gives each container of a task, of which one thing is asked: scale-in protection (Amazon
/// ECS Developer Guide, "Amazon ECS task scale-in protection endpoint").
///
/// The agent calls ECS with the task's own role, so nothing is signed here. All calls throw `AWSError` only.
package struct ECSAgent: Sendable {
  package static let variable = "ECS_AGENT_URI"
  /// ECS takes 1 to 2880 minutes, and 120 if none are given.
  package static let minutes = 1...2880
  package static let standardMinutes = 120

  /// For errors: what the agent calls at ECS.
  static let operation = "UpdateTaskProtection"
  /// The agent runs on the same host, and gives ECS 4 seconds itself.
  static let connectTimeout: Duration = .seconds(1)
  static let timeout: Duration = .seconds(6)
  static let answerLimit = 65_536

  private let client: CurlClient
  private let url: String

  /// Nil without `ECS_AGENT_URI`: this is no task of ECS's. Throws an `AWSError` with the code `.configuration` if its value
  /// is none that can be called.
  package init?(client: CurlClient, environment: [String: String]) throws {
    guard let value = environment[Self.variable], !value.isEmpty else { return nil }
    guard let url = HTTPURL(value) else {
      throw AWSError(
        code: .configuration,
        message: "\(Self.variable) is not a usable URL; ECS sets it to one like http://169.254.170.2/api/…")
    }
    var path = url.path
    while path.hasSuffix("/") { path.removeLast() }
    self.client = client
    self.url = "\(url.scheme)://\(url.hostHeader)\(path)/task-protection/v1/state"
  }

  /// Keeps service auto scaling and deployments from stopping this task, for that long from now. A later call counts anew.
  package func protect(minutes: Int) async throws {
    let minutes = min(max(minutes, Self.minutes.lowerBound), Self.minutes.upperBound)
    try await put(#"{"ProtectionEnabled":true,"ExpiresInMinutes":\#(minutes)}"#, isOn: true)
  }

  package func endProtection() async throws {
    try await put(#"{"ProtectionEnabled":false}"#, isOn: false)
  }

  private func put(_ body: String, isOn: Bool) async throws {
    let answer: CurlResponse
    do {
      answer = try await client.execute(
        CurlRequest(
          method: "PUT", url: url, headers: [(name: "Content-Type", value: "application/json")],
          body: Array(body.utf8), connectTimeout: Self.connectTimeout, totalTimeout: Self.timeout,
          keptBodyLimit: Self.answerLimit, bodyLimit: Self.answerLimit))
    } catch let error as CurlError {
      throw AWSError(operation: Self.operation, transport: error)
    }
    try TaskProtectionAnswer(answer).check(isOn: isOn)
  }
}
