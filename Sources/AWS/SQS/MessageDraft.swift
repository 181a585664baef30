import FoundationEssentials

/// A message while it is read: members come in any order, and some may be missing or wrong.
struct MessageDraft {
  /// Why the message cannot be delivered.
  struct Fault: Error {
    let reason: String
  }

  private(set) var id: String?
  private(set) var receiptHandle: String?
  private var body: [UInt8]?
  private var md5OfBody: String?
  private var md5OfAttributes: String?
  private var systemAttributes: [String: String] = [:]
  private var attributes: [MessageAttribute] = []
  /// The first thing found wrong; reading goes on to the message's end to find its id and the next message.
  private var fault: Fault?

  /// Reads the next value as a message. Members that we do not know are skipped, null counts as absent, and of several
  /// members of one name the last one wins.
  mutating func read(_ reader: inout JSONReader) throws(JSONSyntaxError) {
    guard try reader.kind() == .object else {
      note("it is not an object")
      return try reader.skip()
    }
    try reader.object { (reader, name) throws(JSONSyntaxError) in
      switch name {
      case "MessageId": id = try text(&reader, "MessageId")
      case "ReceiptHandle": receiptHandle = try text(&reader, "ReceiptHandle")
      case "Body": body = try bytes(&reader, "Body")
      case "MD5OfBody": md5OfBody = try text(&reader, "MD5OfBody")
      case "MD5OfMessageAttributes": md5OfAttributes = try text(&reader, "MD5OfMessageAttributes")
      case "Attributes":
        // SQS has seven of them; growing to that would hash each name three times.
        systemAttributes = Dictionary(minimumCapacity: 8)
        try members(&reader, "Attributes") { (draft, reader, name) throws(JSONSyntaxError) in
          draft.systemAttributes[name] = try draft.text(&reader, "a system attribute")
        }
      case "MessageAttributes":
        attributes = []
        try members(&reader, "MessageAttributes") { (draft, reader, name) throws(JSONSyntaxError) in
          try draft.readAttribute(&reader, name)
        }
      default: try reader.skip()
      }
    }
  }

  /// The message, if it is whole and its digests agree.
  var finished: Result<Message, Fault> {
    if let fault { return .failure(fault) }
    func lacks(_ name: String) -> Result<Message, Fault> { .failure(Fault(reason: "it has no \(name)")) }
    guard let id, !id.isEmpty else { return lacks("MessageId") }
    guard let receiptHandle, !receiptHandle.isEmpty else { return lacks("ReceiptHandle") }
    guard let body else { return lacks("Body") }
    if let md5OfBody, !MessageDigest.isText(md5OfBody, ofBody: body) {
      return .failure(Fault(reason: "its body of \(body.count) bytes does not have the MD5 that SQS sent with it"))
    }
    // The digest covers the attributes of this answer, so it says nothing if there are none.
    if let md5OfAttributes, !attributes.isEmpty,
      md5OfAttributes.lowercased() != MessageDigest.ofAttributes(attributes)
    {
      return .failure(
        Fault(reason: "its \(attributes.count) attributes do not have the MD5 that SQS sent with them"))
    }
    return .success(
      Message(
        id: id, receiptHandle: receiptHandle, body: body, systemAttributes: systemAttributes, attributes: attributes,
        md5OfBody: md5OfBody))
  }

  private mutating func note(_ reason: String) { fault = fault ?? Fault(reason: reason) }
}

extension MessageDraft {
  private mutating func bytes(_ reader: inout JSONReader, _ what: String) throws(JSONSyntaxError) -> [UInt8]? {
    guard try isString(&reader, what) else { return nil }
    let value = try reader.string()
    if value == nil { note("\(what) is not valid Unicode") }
    return value
  }

  private mutating func text(_ reader: inout JSONReader, _ what: String) throws(JSONSyntaxError) -> String? {
    guard try isString(&reader, what) else { return nil }
    let value = try reader.text()
    if value == nil { note("\(what) is not valid Unicode") }
    return value
  }

  /// A string comes next; anything else is skipped, and noted unless it is null.
  private mutating func isString(_ reader: inout JSONReader, _ what: String) throws(JSONSyntaxError) -> Bool {
    let kind = try reader.kind()
    if kind == .string { return true }
    if kind != .null { note("\(what) is not a string") }
    try reader.skip()
    return false
  }

  private mutating func members(
    _ reader: inout JSONReader, _ what: String,
    _ member: (inout MessageDraft, inout JSONReader, String) throws(JSONSyntaxError) -> Void
  ) throws(JSONSyntaxError) {
    switch try reader.kind() {
    case .object:
      try reader.object { (reader, name) throws(JSONSyntaxError) in
        guard let name else {
          note("a name in \(what) is not valid Unicode")
          return try reader.skip()
        }
        try member(&self, &reader, name)
      }
    case .null: try reader.skip()
    default:
      note("\(what) is not an object")
      try reader.skip()
    }
  }

  private mutating func readAttribute(_ reader: inout JSONReader, _ name: String) throws(JSONSyntaxError) {
    var dataType: String?
    var string: String?
    var binary: String?
    try members(&reader, "a message attribute") { (draft, reader, member) throws(JSONSyntaxError) in
      switch member {
      case "DataType": dataType = try draft.text(&reader, "an attribute's DataType")
      case "StringValue": string = try draft.text(&reader, "an attribute's StringValue")
      case "BinaryValue": binary = try draft.text(&reader, "an attribute's BinaryValue")
      // The list members are declared in the protocol, and SQS has never implemented them.
      default: try reader.skip()
      }
    }
    guard let dataType else { return note("an attribute has no DataType") }
    let value: MessageAttribute.Value
    if dataType == "Binary" || dataType.hasPrefix("Binary.") {
      guard let binary, let bytes = Data(base64Encoded: binary) else {
        return note("a Binary attribute has no BinaryValue in base64")
      }
      value = .binary(Array(bytes))
    } else {
      guard let string else { return note("a \(dataType.prefix(6)) attribute has no StringValue") }
      value = .string(string)
    }
    attributes.removeAll { $0.name == name }
    attributes.append(MessageAttribute(name: name, dataType: dataType, value: value))
  }
}
