import Curl
import FoundationEssentials

extension AWSError {
  /// The error that an answer of the Query protocol with a status other than 200 stands for:
  /// `<ErrorResponse><Error><Code>AccessDenied</Code><Message>…`. Anything else leaves the status to decide.
  init(operation: String, queryAnswer answer: CurlResponse, localDate: Date) {
    let leaves = try? XMLLeaves(answer.body)
    let name = leaves?["ErrorResponse/Error/Code"].flatMap { $0.isEmpty ? nil : Self.shortened($0) }
    let message = leaves?["ErrorResponse/Error/Message"].flatMap { $0.isEmpty ? nil : $0 }
    self.init(
      code: name.flatMap { Code(awsCode: $0) } ?? Code(status: answer.status), operation: operation, awsCode: name,
      message: message ?? Self.substitute(for: answer), status: answer.status,
      requestID: (answer.header("x-amzn-requestid") ?? leaves?["ErrorResponse/RequestId"]).map { Self.shortened($0) },
      dateHeader: answer.header("date").map { Self.shortened($0) })
    guard code == .signatureRefused else { return }
    // As in JSON, what follows the first line may hold the session token.
    self.message = Self.firstLine(of: message ?? self.message)
    if let serverDate, abs(serverDate.timeIntervalSince(localDate)) > Self.tolerableSkew { code = .clockSkew }
  }
}
