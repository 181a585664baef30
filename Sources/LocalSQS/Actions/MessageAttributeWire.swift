internal import FoundationEssentials

/// A message attribute as JSON carries it.
struct MessageAttributeWire: Codable, Sendable {
  var dataType: String?
  var stringValue: String?
  /// Base64.
  var binaryValue: String?

  enum CodingKeys: String, CodingKey {
    case dataType = "DataType"
    case stringValue = "StringValue"
    case binaryValue = "BinaryValue"
  }

  init(_ attribute: MessageAttribute) {
    dataType = attribute.dataType
    switch attribute.value {
    case .text(let text): stringValue = text
    case .binary(let data): binaryValue = Data(data).base64EncodedString()
    }
  }

  func attribute(name: String) throws(SQSError) -> MessageAttribute {
    guard let dataType, !dataType.isEmpty else {
      throw SQSError(.invalidParameterValue, "The message attribute '\(name)' must contain message attribute type.")
    }
    switch (stringValue, binaryValue) {
    case (let text?, nil):
      return MessageAttribute(dataType: dataType, value: .text(text))
    case (nil, let text?):
      guard let data = Data(base64Encoded: text) else {
        throw SQSError(.serialization, "BinaryValue of the message attribute '\(name)' is not base64.")
      }
      return MessageAttribute(dataType: dataType, value: .binary(Array(data)))
    default:
      throw SQSError(
        .invalidParameterValue,
        "The message attribute '\(name)' must contain exactly one value, of its message attribute type.")
    }
  }

  static func attributes(_ wire: [String: MessageAttributeWire]?) throws(SQSError) -> [String: MessageAttribute] {
    var attributes: [String: MessageAttribute] = [:]
    for (name, attribute) in wire ?? [:] { attributes[name] = try attribute.attribute(name: name) }
    return attributes
  }

  /// The trace header, the only system attribute that can be sent (API Reference, SendMessage).
  static func traceHeader(_ wire: [String: MessageAttributeWire]?) throws(SQSError) -> String? {
    let attributes = try attributes(wire)
    for (name, attribute) in attributes {
      guard name == "AWSTraceHeader", attribute.dataType == "String", case .text = attribute.value else {
        throw SQSError(
          .invalidParameterValue,
          "Only AWSTraceHeader, of type String, may be sent as a message system attribute; found '\(name)'.")
      }
    }
    guard case .text(let text)? = attributes["AWSTraceHeader"]?.value else { return nil }
    return text
  }
}
