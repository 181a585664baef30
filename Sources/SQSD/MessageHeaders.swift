/// The `X-Aws-Sqsd-*` headers: names, and how a ``MessageContext`` becomes them.
///
/// The names and formats are those of Elastic Beanstalk's worker environments (AWS, "Elastic Beanstalk worker
/// environments"). Sent-At and Path are not in AWS's guide, but every version of its daemon sends them.
package enum MessageHeaders {
  static let messageID = "X-Aws-Sqsd-Msgid"
  static let queue = "X-Aws-Sqsd-Queue"
  static let receiveCount = "X-Aws-Sqsd-Receive-Count"
  static let firstReceivedAt = "X-Aws-Sqsd-First-Received-At"
  static let sentAt = "X-Aws-Sqsd-Sent-At"
  static let senderID = "X-Aws-Sqsd-Sender-Id"
  static let path = "X-Aws-Sqsd-Path"
  static let taskName = "X-Aws-Sqsd-Taskname"
  static let scheduledAt = "X-Aws-Sqsd-Scheduled-At"
  static let attributePrefix = "X-Aws-Sqsd-Attr-"
  // Ours: the context's parts that aws-sqsd leaves out.
  static let attributesOmitted = "X-Aws-Sqsd-Attrs-Omitted"
  static let messageGroupID = "X-Aws-Sqsd-Message-Group-Id"
  static let traceID = "X-Amzn-Trace-Id"

  /// How many bytes of attributes a request may carry, names included. 8 KiB is where nginx, Apache and node begin to
  /// refuse a header line, 32 KiB leaves room for a server's usual limit of 64 KiB for all of them.
  package struct Limits: Sendable {
    package var attribute = 8 * 1024
    package var allAttributes = 32 * 1024
    package init() {}
  }

  /// The headers of a request, and what could not be put into them.
  package struct Encoded: Sendable {
    package var fields: [(name: String, value: String)] = []
    package var omissions: [Omission] = []
  }

  /// A part of the context that is not in the headers.
  package struct Omission: Sendable, Equatable {
    package enum Reason: String, Sendable {
      case name = "its name cannot be a header name"
      case value = "its value holds a control character"
      case sameName = "another attribute has the same header name"
      case tooLarge = "it is longer than 8 KiB"
      case noRoom = "all attributes together are longer than 32 KiB"
    }
    package let name: String
    package let reason: Reason
  }

  /// The headers of one message. Nothing that could end a header early is ever among them: what is unsafe is left
  /// out, counted in X-Aws-Sqsd-Attrs-Omitted if it is an attribute, and returned as an omission.
  package static func encode(_ context: MessageContext, limits: Limits = Limits()) -> Encoded {
    var encoded = Encoded()
    encoded.fields.reserveCapacity(12 + context.attributes.count)
    encoded.add(messageID, context.messageID)
    encoded.add(queue, context.queue)
    encoded.add(receiveCount, context.receiveCount?.description)
    encoded.add(firstReceivedAt, context.firstReceivedAt?.description)
    encoded.add(sentAt, context.sentAt?.description)
    encoded.add(senderID, context.senderID)
    encoded.add(path, context.path)
    if let task = context.task {
      encoded.add(taskName, task.name)
      encoded.add(scheduledAt, task.scheduledAt?.description)
    }
    encoded.add(traceID, context.traceHeader)
    encoded.add(messageGroupID, context.messageGroupID)
    let omitted = encoded.addAttributes(context.attributes, limits: limits)
    if omitted > 0 { encoded.add(attributesOmitted, "\(omitted)") }
    return encoded
  }
}

extension MessageHeaders.Encoded {
  fileprivate mutating func add(_ name: String, _ value: String?) {
    guard let value else { return }
    if HeaderText.isValue(value) {
      fields.append((name, value))
    } else {
      omissions.append(.init(name: name, reason: .value))
    }
  }

  /// Returns how many were left out.
  fileprivate mutating func addAttributes(
    _ attributes: [MessageContext.Attribute], limits: MessageHeaders.Limits
  ) -> Int {
    var room = limits.allAttributes
    var used: Set<String> = []
    var omitted = 0
    for attribute in attributes where !attribute.name.hasPrefix(PeriodicTask.controlPrefix) {
      let size = attribute.name.utf8.count + attribute.value.utf8.count
      let reason: MessageHeaders.Omission.Reason? =
        if !HeaderText.isName(attribute.name) {
          .name
        } else if !HeaderText.isValue(attribute.value) {
          .value
        } else if used.contains(attribute.name.lowercased()) {
          .sameName
        } else if size > limits.attribute {
          .tooLarge
        } else if size > room {
          .noRoom
        } else {
          nil
        }
      if let reason {
        omitted += 1
        omissions.append(.init(name: attribute.name, reason: reason))
      } else {
        room -= size
        used.insert(attribute.name.lowercased())
        fields.append((MessageHeaders.attributePrefix + attribute.name, attribute.value))
      }
    }
    return omitted
  }
}
