import Curl

extension CurlResponse {
  /// The error of an answer whose status is success and whose content is not to be understood.
  func unreadable(_ operation: String, because reason: String) -> AWSError {
    AWSError(
      code: .badAnswer, operation: operation, message: "the answer of \(bodyLength) bytes cannot be read: \(reason)",
      status: status, requestID: header("x-amzn-requestid"), dateHeader: header("date"))
  }
}

extension Error {
  /// A decoding error in one line, without the value it is about.
  var whereAndWhat: String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.isEmpty ? "the answer" : context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch self as? DecodingError {
    case .keyNotFound(let key, let context): return "\(path(context)) lacks \(key.stringValue)"
    case .typeMismatch(_, let context): return "\(path(context)) has the wrong type"
    case .valueNotFound(_, let context): return "\(path(context)) is null"
    case .dataCorrupted(let context): return "\(path(context)) is not valid JSON"
    default: return "\(type(of: self))"
    }
  }
}
