import Curl
import FoundationEssentials

extension AWSError {
  /// Beyond this difference of the clocks a refused signature is the clock's fault. AWS accepts five minutes ("Signature
  /// expired: … is now earlier than … (… - 5 min.)"); a minute less allows for the answer's way back.
  static let tolerableSkew = 240.0

  /// The error of a transfer that brought no answer.
  init(operation: String, transport: CurlError) {
    let isCancelled =
      switch transport.code {
      case .cancelled, .closed: true
      default: false
      }
    self.init(
      code: isCancelled ? .cancelled : .transport, operation: operation, message: transport.description,
      transport: transport)
  }

  /// The error that an answer with a status other than 200 stands for (Smithy, "AWS JSON 1.0 protocol", operation error
  /// serialization). A body that is empty, HTML or XML, as a proxy or a load balancer sends, leaves the status to decide.
  ///
  /// `localDate` is the clock that the request was signed with, on arrival of the answer.
  init(operation: String, answer: CurlResponse, localDate: Date) {
    let body = ErrorBody(answer.body)
    let legacyName = Self.legacyName(answer.header("x-amzn-query-error"))
    let shapeName = (body.type ?? answer.header("x-amzn-errortype")).flatMap { Self.shapeName($0) }
    // The shape name decides; the name that the older Query protocol gave the error is a synonym, for servers that send
    // only that, and for shape names that we do not know.
    let known = shapeName.flatMap { Code(awsCode: $0) } ?? legacyName.flatMap { Code(awsCode: $0) }
    self.init(
      code: known ?? Code(status: answer.status), operation: operation, awsCode: shapeName ?? legacyName,
      message: body.message ?? Self.substitute(for: answer), status: answer.status,
      requestID: answer.header("x-amzn-requestid").map { Self.shortened($0) },
      dateHeader: answer.header("date").map { Self.shortened($0) },
      retryAfter: answer.header("x-amz-retry-after").flatMap { Self.retryAfter($0) })
    guard code == .signatureRefused else { return }
    // Some services append the canonical request that they computed, which holds the session token.
    message = Self.firstLine(of: body.message ?? message)
    if let serverDate, abs(serverDate.timeIntervalSince(localDate)) > Self.tolerableSkew { code = .clockSkew }
  }

  static func firstLine(of text: String) -> String { shortened(String(text.prefix { !$0.isNewline })) }

  /// "QueueDoesNotExist" of "com.amazonaws.sqs#QueueDoesNotExist:http://internal.amazon.com/…".
  static func shapeName(_ type: String) -> String? {
    let beforeColon = type.prefix { $0 != ":" }
    let name = beforeColon.split(separator: "#", omittingEmptySubsequences: false).last ?? ""
    return name.isEmpty ? nil : shortened(String(name))
  }

  /// The first of the two parts of "AWS.SimpleQueueService.NonExistentQueue;Sender"; nil if there are not two.
  static func legacyName(_ header: String?) -> String? {
    guard let parts = header?.split(separator: ";", omittingEmptySubsequences: false), parts.count == 2,
      !parts[0].isEmpty
    else { return nil }
    return shortened(String(parts[0]))
  }

  /// Whole milliseconds; nil for anything else. Nine digits are eleven days, more than any pause of ours.
  static func retryAfter(_ header: String) -> Duration? {
    guard (1...9).contains(header.utf8.count), header.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let milliseconds = Int(header)
    else { return nil }
    return .milliseconds(milliseconds)
  }

  /// What to say where the service said nothing readable. The body's text is left out: it may be a page of anything.
  static func substitute(for answer: CurlResponse) -> String {
    let type = answer.header("content-type").map { ", \(shortened($0))" } ?? ""
    return answer.bodyLength == 0
      ? "the server gave no reason" : "the answer of \(answer.bodyLength) bytes\(type) is not an error of AWS's"
  }
}

/// The two members of an error's JSON, either of them perhaps missing, of another type, or not JSON at all.
private struct ErrorBody: Decodable {
  var type: String?
  var message: String?

  enum CodingKeys: String, CodingKey {
    case type = "__type"
    case code
    case message
    case capitalMessage = "Message"
  }

  init(_ body: [UInt8]) {
    self = (try? JSONDecoder().decode(ErrorBody.self, from: Data(body))) ?? ErrorBody()
  }

  private init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) -> String? { try? container.decode(String.self, forKey: key) }
    type = text(.type) ?? text(.code)
    message = [text(.message), text(.capitalMessage)].compactMap { $0 }.first { !$0.isEmpty }
  }
}
