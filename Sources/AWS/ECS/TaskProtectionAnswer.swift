import Curl
import FoundationEssentials

/// What the agent answers to a change of the task's protection. Its status alone proves nothing: 200 also brings the
/// refusals of ECS.
struct TaskProtectionAnswer {
  private let status: Int
  private let length: Int
  private let content: Content?

  init(_ answer: CurlResponse) {
    status = answer.status
    length = answer.bodyLength
    content = try? JSONDecoder().decode(Content.self, from: Data(answer.body))
  }

  /// Throws an `AWSError` unless the answer says that protection is now on, or off, as was asked.
  func check(isOn: Bool) throws(AWSError) {
    if let fault = content?.error { throw error(fault) }
    if let failure = content?.failure { throw error(failure) }
    guard (200...299).contains(status) else {
      throw failed(
        AWSError.Code(status: status), message: "the agent's answer of \(length) bytes does not say why")
    }
    guard let protection = content?.protection else {
      throw failed(.badAnswer, message: "the agent's answer of \(length) bytes says nothing of protection")
    }
    guard (protection.isEnabled ?? false) == isOn else {
      throw failed(.badAnswer, message: "protection was to be \(isOn ? "on" : "off"), and the agent says it is not")
    }
  }

  private func error(_ fault: Fault) -> AWSError {
    let name = fault.code.flatMap { AWSError.shapeName($0) }
    let code = name.flatMap { AWSError.Code(awsCode: $0) } ?? AWSError.Code(status: status)
    return failed(
      code, awsCode: name, message: fault.message ?? "",
      advice: code == .accessDenied
        ? "The task needs a task role (not only an execution role) that allows ecs:UpdateTaskProtection" : nil)
  }

  /// ECS was reached and refuses. Its reasons are not among the names of errors; those below are the usual ones.
  private func error(_ failure: Failure) -> AWSError {
    let reason = failure.reason.map { AWSError.shortened($0) }
    let advice =
      switch reason {
      case "TASK_NOT_VALID": "Only tasks of an ECS service can be protected, not those that were run by themselves"
      case "DEPLOYMENT_BLOCKED": "More tasks of the service are protected than it is to have"
      default: nil as String?
      }
    return failed(.other, awsCode: reason, message: failure.detail ?? "", advice: advice)
  }

  private func failed(
    _ code: AWSError.Code, awsCode: String? = nil, message: String, advice: String? = nil
  ) -> AWSError {
    AWSError(
      code: code, operation: ECSAgent.operation, awsCode: awsCode, message: message, status: status,
      requestID: content?.requestID.map { AWSError.shortened($0) }, advice: advice)
  }
}

extension TaskProtectionAnswer {
  fileprivate struct Protection: Decodable {
    var isEnabled: Bool?

    enum CodingKeys: String, CodingKey {
      case isEnabled = "ProtectionEnabled"
    }
  }

  fileprivate struct Failure: Decodable {
    var reason: String?
    var detail: String?

    enum CodingKeys: String, CodingKey {
      case reason = "Reason"
      case detail = "Detail"
    }
  }

  fileprivate struct Fault: Decodable {
    var code: String?
    var message: String?

    enum CodingKeys: String, CodingKey {
      case code = "Code"
      case message = "Message"
    }
  }

  fileprivate struct Content: Decodable {
    var protection: Protection?
    var failure: Failure?
    var error: Fault?
    var requestID: String?
  }
}
