internal import HTTPCore

/// The protocol that SQS clients spoke before 2023: form parameters in, XML out. Not served, but answered in its own
/// shape, so that such a client shows the reason instead of a parse error.
enum QueryProtocol {
  static func isMeant(by request: HTTPRequest) -> Bool {
    let type = request.headers.first("Content-Type") ?? ""
    return type.lowercased().hasPrefix("application/x-www-form-urlencoded")
      || request.query?.contains("Action=") == true
  }

  static func refusal(requestID: String) -> HTTPResponse {
    let text = """
      <?xml version="1.0"?>
      <ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type>\
      <Code>InvalidAction</Code><Message>local-sqs speaks the AWS JSON 1.0 protocol only, and this client the older Query \
      protocol: use an SDK or AWS CLI of 2024 or later.</Message><Detail/></Error>\
      <RequestId>\(requestID)</RequestId></ErrorResponse>
      """
    return HTTPResponse(status: 400, headers: [("Content-Type", "text/xml")], body: Array(text.utf8))
  }
}
