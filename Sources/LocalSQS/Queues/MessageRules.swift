/// What SQS takes as a message, independent of the queue (API Reference, SendMessage; Developer Guide, "Amazon SQS
/// message metadata" and "Amazon SQS message quotas").
enum MessageRules {
  static func check(_ message: OutgoingMessage, limits: QueueLimits) throws(SQSError) {
    guard !message.body.isEmpty else { throw .missing("MessageBody") }
    guard isAllowed(message.body) else {
      throw SQSError(
        .invalidMessageContents,
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | "
          + "#x10000 to #x10FFFF.")
    }
    if let delay = message.delay, !(0...limits.delay).contains(delay) {
      throw .invalid("DelaySeconds", "\(delay)", "DelaySeconds must be >= 0 and <= \(limits.delay).")
    }
    try checkToken("MessageGroupId", message.groupID, limits: limits)
    try checkToken("MessageDeduplicationId", message.deduplicationID, limits: limits)
    guard message.attributes.count <= limits.messageAttributes else {
      throw SQSError(
        .invalidParameterValue,
        "Number of message attributes [\(message.attributes.count)] exceeds the allowed maximum "
          + "[\(limits.messageAttributes)].")
    }
    for (name, attribute) in message.attributes.sorted(by: { $0.key < $1.key }) {
      try check(attribute, name: name, limits: limits)
    }
  }

  /// Ids that clients choose: up to 128 letters, digits and marks of ASCII.
  static func checkToken(_ parameter: String, _ token: String?, limits: QueueLimits) throws(SQSError) {
    guard let token else { return }
    guard (1...limits.tokenLength).contains(token.utf8.count), token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw .invalid(
        parameter, token,
        "\(parameter) can only include alphanumeric and punctuation characters. 1 to \(limits.tokenLength) in length.")
    }
  }

  /// XML 1.0's characters, minus what JSON or UTF-8 cannot carry anyway.
  static func isAllowed(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
      default: false
      }
    }
  }

  private static func check(_ attribute: MessageAttribute, name: String, limits: QueueLimits) throws(SQSError) {
    try checkName(name, limits: limits)
    let parts = attribute.dataType.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isSuffixSound = parts.count == 1 || !parts[1].isEmpty
    guard attribute.dataType.utf8.count <= limits.attributeNameLength, isSuffixSound else {
      throw invalidAttribute(name, "has an invalid message attribute type")
    }
    switch (parts[0], attribute.value) {
    case ("String", .text(let text)):
      guard !text.isEmpty else { throw invalidAttribute(name, "must contain a non-empty message attribute value") }
      guard isAllowed(text) else { throw invalidAttribute(name, "contains characters that are not allowed") }
    case ("Number", .text(let text)):
      guard isNumber(text) else { throw invalidAttribute(name, "is not a number that Amazon SQS can represent") }
    case ("Binary", .binary(let data)):
      guard !data.isEmpty else { throw invalidAttribute(name, "must contain a non-empty message attribute value") }
    case ("String", _), ("Number", _), ("Binary", _):
      throw invalidAttribute(name, "has a value that does not fit its message attribute type")
    default:
      throw invalidAttribute(
        name, "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String")
    }
  }

  private static func checkName(_ name: String, limits: QueueLimits) throws(SQSError) {
    let lowered = name.lowercased()
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard isPlain, (1...limits.attributeNameLength).contains(name.utf8.count), !name.hasPrefix("."),
      !name.hasSuffix("."), !name.contains(".."), !lowered.hasPrefix("aws."), !lowered.hasPrefix("amazon.")
    else {
      throw .invalid(
        "MessageAttributeName", name,
        "1 to \(limits.attributeNameLength) letters, digits, -, _ and single dots inside; not beginning with AWS. or Amazon."
      )
    }
  }

  private static func invalidAttribute(_ name: String, _ fault: String) -> SQSError {
    SQSError(.invalidParameterValue, "The message attribute '\(name)' \(fault).")
  }
}
