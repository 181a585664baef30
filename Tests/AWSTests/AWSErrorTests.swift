import Curl
import FoundationEssentials
import Testing

@testable import AWS

@Suite struct AWSErrorTests {
  static let now = Date(timeIntervalSince1970: 1_767_323_045)

  private func error(
    _ status: Int, _ body: String, headers: [(name: String, value: String)] = [], localDate: Date = now
  ) -> AWSError {
    AWSError(
      operation: "ReceiveMessage", answer: CurlResponse(status: status, headers: headers, body: Array(body.utf8)),
      localDate: localDate)
  }

  @Test(arguments: [
    ("com.amazonaws.sqs#RequestThrottled", 403, AWSError.Code.throttling),
    ("com.amazonaws.sqs#KmsThrottled", 400, .throttling),
    ("com.amazon.coral.availability#ThrottlingException", 400, .throttling), ("SlowDown", 503, .throttling),
    ("com.amazonaws.sqs#OverLimit", 403, .overLimit), ("com.amazonaws.sqs#QueueDoesNotExist", 400, .queueDoesNotExist),
    ("AWS.SimpleQueueService.NonExistentQueue", 400, .queueDoesNotExist),
    ("com.amazonaws.sqs#ReceiptHandleIsInvalid", 404, .receiptHandleInvalid),
    ("com.amazonaws.sqs#MessageNotInflight", 400, .messageNotInflight),
    ("AWS.SimpleQueueService.MessageNotInflight", 400, .messageNotInflight),
    ("com.amazonaws.sqs#InvalidMessageContents", 400, .invalidMessage),
    ("com.amazonaws.sqs#BatchRequestTooLong", 400, .invalidMessage),
    ("com.amazonaws.sqs#KmsAccessDenied", 400, .kmsAccessDenied), ("KMS.DisabledException", 400, .kmsUnavailable),
    ("com.amazonaws.sqs#KmsOptInRequired", 403, .accessDenied),
    ("com.amazonaws.sqs#InvalidSecurity", 403, .invalidRequest),
    ("com.amazon.coral.service#ExpiredTokenException", 400, .expiredCredentials),
    ("ExpiredToken", 403, .expiredCredentials),
    ("com.amazon.coral.service#UnrecognizedClientException", 400, .invalidCredentials),
    ("InvalidClientTokenId", 403, .invalidCredentials), ("RequestExpired", 400, .clockSkew),
    ("RequestTimeTooSkewed", 403, .clockSkew),
    ("com.amazon.coral.service#InvalidSignatureException", 400, .signatureRefused),
    ("com.amazon.coral.service#AccessDeniedException:http://internal.amazon.com/", 400, .accessDenied),
    ("com.amazon.coral.service#UnknownOperationException", 400, .unsupportedOperation),
    ("com.amazon.coral.service#SerializationException", 400, .invalidRequest), ("InternalFailure", 500, .transient),
    ("RequestTimeout", 400, .transient), ("SomethingNew", 400, .invalidRequest), ("SomethingNew", 500, .transient),
    ("SomethingNew", 429, .throttling), ("SomethingNew", 403, .accessDenied), ("SomethingNew", 302, .other),
  ])
  func `the name decides, the status when the name is unknown`(type: String, status: Int, code: AWSError.Code) {
    #expect(error(status, #"{"__type":"\#(type)","message":"m"}"#).code == code)
  }

  @Test func `all codes that may pass are retryable, and only the throttling class is throttling`() {
    let retryable: Set<AWSError.Code> = [.throttling, .transient, .overLimit, .expiredCredentials, .clockSkew]
    let others: [AWSError.Code] = [
      .cancelled, .invalidCredentials, .credentials, .signatureRefused, .accessDenied, .queueDoesNotExist,
      .receiptHandleInvalid, .messageNotInflight, .kmsAccessDenied, .kmsUnavailable, .invalidRequest, .invalidMessage,
      .unsupportedOperation, .badAnswer, .configuration, .other,
    ]
    for code in Array(retryable) + others {
      let error = AWSError(code: code, message: "")
      #expect(error.isRetryable == retryable.contains(code), "\(code)")
      #expect(error.isThrottling == (code == .throttling))
    }
  }

  @Test func `a failed transfer is retryable unless the request or our own end is at fault`() {
    for code in CurlError.Code.allCases {
      let error = AWSError(operation: "DeleteMessage", transport: CurlError(code: code, message: "m"))
      let isOurs = [.invalidRequest, .bodyTooLarge, .cancelled, .closed].contains(code)
      #expect(error.isRetryable == !isOurs, "\(code)")
      #expect((error.code == .cancelled) == (code == .cancelled || code == .closed))
      #expect(error.transport?.code == code)
    }
  }

  @Test func `shape name, message, request id and date are taken from the answer`() {
    let error = error(
      400, #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}"#,
      headers: [
        (name: "X-Amzn-RequestId", value: "id-1"), (name: "Date", value: "Fri, 02 Jan 2026 03:04:05 GMT"),
        (name: "x-amzn-query-error", value: "AWS.SimpleQueueService.NonExistentQueue;Sender"),
      ])
    #expect(error.awsCode == "QueueDoesNotExist" && error.message == "The specified queue does not exist.")
    #expect(error.status == 400 && error.requestID == "id-1" && error.serverDate == Self.now)
    #expect(
      error.description
        == "ReceiveMessage failed: QueueDoesNotExist: The specified queue does not exist. (HTTP 400, request id-1). "
        + "Check the queue URL, its region and its account; a missing permission on another account's queue looks the same"
    )
  }

  @Test func `the message is under either spelling`() {
    #expect(error(400, #"{"__type":"X","Message":"a"}"#).message == "a")
    #expect(error(400, #"{"__type":"X","message":"","Message":"b"}"#).message == "b")
    #expect(error(400, #"{"__type":"X","message":null,"Message":"c"}"#).message == "c")
  }

  @Test func `the older name is a synonym where the new one is missing or unknown`() {
    let header = [(name: "x-amzn-query-error", value: "AWS.SimpleQueueService.NonExistentQueue;Sender")]
    for body in ["", "{}", #"{"message":"m"}"#, #"{"__type":"x#Unheard","message":"m"}"#, "<Error/>"] {
      #expect(error(400, body, headers: header).code == .queueDoesNotExist)
    }
    #expect(error(400, "{}", headers: header).awsCode == "AWS.SimpleQueueService.NonExistentQueue")
    for value in ["OverLimit", "OverLimit;a;b", ";Sender", ""] {
      #expect(error(400, "{}", headers: [(name: "x-amzn-query-error", value: value)]).code == .invalidRequest)
    }
  }

  @Test(arguments: [
    "", "<html><body>502</body></html>", "<?xml version='1.0'?><ErrorResponse/>", "{", "[]", "null", "\u{0}",
    #"{"__type":5,"message":{}}"#, #"{"__type":"","message":[]}"#, ##"{"__type":"#"}"##,
  ])
  func `a body that says nothing leaves the status to decide`(body: String) {
    for (status, code) in [
      (502, AWSError.Code.transient), (429, .throttling), (403, .accessDenied), (400, .invalidRequest),
    ] {
      let error = error(status, body, headers: [(name: "Content-Type", value: "text/html")])
      #expect(error.code == code && error.status == status && error.awsCode == nil)
      #expect(error.description.contains("HTTP \(status)"))
      #expect(!error.description.contains("<"))
    }
  }

  @Test func `a long or many-lined message becomes one line of at most 300 characters`() {
    let text = String(repeating: "x", count: 5_000)
    #expect(error(400, #"{"__type":"X","message":"\#(text)"}"#).message == String(text.prefix(300)) + "…")
    #expect(error(400, #"{"__type":"X","message":"a\r\nb\u001b[31m\u2028c"}"#).message == "a  b [31m c")
    #expect(error(400, #"{"__type":"X\n\#(text)"}"#).awsCode?.unicodeScalars.count == 301)
  }

  @Test func `a refused signature is the clock's fault if the clocks differ by more than four minutes`() {
    let body = #"{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired"}"#
    let headers = [(name: "Date", value: "Fri, 02 Jan 2026 03:04:05 GMT")]
    for (offset, code) in [
      (0.0, AWSError.Code.signatureRefused), (239, .signatureRefused), (241, .clockSkew), (-241, .clockSkew),
    ] {
      #expect(error(403, body, headers: headers, localDate: Self.now.addingTimeInterval(offset)).code == code)
    }
    #expect(error(403, body).code == .signatureRefused)
  }

  @Test func `the canonical request that a service appends is not repeated, since it holds the token`() {
    let text = #"Does not match.\n\nThe Canonical String should have been\n'POST\nx-amz-security-token:TOKEN'"#
    let error = error(403, #"{"__type":"SignatureDoesNotMatch","message":"\#(text)"}"#)
    #expect(error.message == "Does not match." && !error.description.contains("TOKEN"))
  }

  @Test(arguments: [
    ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777.0), ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200),
    ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
  ])
  func `the Date header is read`(text: String, seconds: Double) {
    #expect(HTTPDate.parse(text) == Date(timeIntervalSince1970: seconds))
  }

  @Test(arguments: [
    "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
    "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 30 Feb 2024 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 00 Nov 1994 08:00:00 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 99999 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
  ])
  func `what is no date of HTTP is none`(text: String) {
    #expect(HTTPDate.parse(text) == nil)
  }
}
