package import Curl
package import FoundationEssentials

/// Why a call to AWS, or the preparation of one, failed.
///
/// `code` is what a program decides by, `description` what an operator reads. Neither holds a secret, a message body or
/// an attribute's value: the service's own words are kept, shortened to 300 characters, since they may embed ARNs and
/// encoded authorization failures of several kilobytes.
package struct AWSError: Error, Sendable, CustomStringConvertible {
  /// The longest text of the service's that is kept, in characters.
  package static let messageLimit = 300

  package var code: Code
  /// The operation that was called, "ReceiveMessage"; nil when nothing was called yet.
  package var operation: String?
  /// The error's shape name as the service sent it, without its namespace: "QueueDoesNotExist".
  package var awsCode: String?
  package var message: String
  /// The HTTP status of the answer; nil when there was no answer.
  package var status: Int?
  /// `x-amzn-RequestId`: what AWS's support asks for.
  package var requestID: String?
  /// The answer's `Date` header as sent: the server's clock, from which a retry corrects ours.
  package var dateHeader: String?
  /// How long the server wishes to be left alone: `x-amz-retry-after`.
  package var retryAfter: Duration?
  /// How many attempts the call took, this one the last.
  package var attempts = 1
  /// What to do about it, where that is more than the code's own advice.
  package var advice: String?
  /// The transfer's own error when `code` is `.transport` or `.cancelled`.
  package var transport: CurlError?

  package init(
    code: Code, operation: String? = nil, awsCode: String? = nil, message: String, status: Int? = nil,
    requestID: String? = nil, dateHeader: String? = nil, retryAfter: Duration? = nil, advice: String? = nil,
    transport: CurlError? = nil
  ) {
    self.code = code
    self.operation = operation
    self.awsCode = awsCode
    self.message = Self.shortened(message)
    self.status = status
    self.requestID = requestID
    self.dateHeader = dateHeader
    self.retryAfter = retryAfter
    self.advice = advice
    self.transport = transport
  }

  /// The server's clock when it answered, where the answer had a `Date` header that can be read.
  package var serverDate: Date? { dateHeader.flatMap { HTTPDate.parse($0) } }

  package var description: String { (advice ?? code.advice).map { "\(sentence). \($0)" } ?? sentence }

  /// The description without the general advice that belongs to its code.
  var sentence: String {
    var text = operation.map { "\($0) failed: " } ?? ""
    switch (awsCode, message.isEmpty) {
    case (let name?, false): text += "\(name): \(message)"
    case (let name?, true): text += name
    case (nil, false): text += message
    case (nil, true): text += "\(code)"
    }
    let facts = [
      status.map { "HTTP \($0)" }, requestID.map { "request \($0)" }, attempts > 1 ? "\(attempts) attempts" : nil,
    ].compactMap { $0 }
    if !facts.isEmpty { text += " (\(facts.joined(separator: ", ")))" }
    return text
  }

  /// One line of at most `limit` characters: a message from outside must not start a new line in a log.
  static func shortened(_ text: String, to limit: Int = messageLimit) -> String {
    var result = ""
    var length = 0
    for scalar in text.unicodeScalars {
      guard length < limit else { return result + "…" }
      let isLineBreakOrControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let isLineSeparator = scalar.value == 0x2028 || scalar.value == 0x2029
      result.unicodeScalars.append(isLineBreakOrControl || isLineSeparator ? " " : scalar)
      length += 1
    }
    return result
  }
}
