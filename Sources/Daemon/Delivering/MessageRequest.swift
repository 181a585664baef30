import AWS
import SQSD

/// The request that a message becomes: path, headers and body.
struct MessageRequest: Sendable {
  /// Nil when the message asks for a path that is none.
  let path: RequestPath?
  let task: PeriodicTask?
  let headers: [(name: String, value: String)]
  let body: [UInt8]
  /// Names of attributes that are of no type that reaches an application.
  let skipped: [String]
  /// What could not be put into headers.
  let omissions: [MessageHeaders.Omission]

  init(_ message: Message, application: Application, queueName: String) {
    var attributes: [MessageContext.Attribute] = []
    var skipped: [String] = []
    for attribute in message.attributes {
      switch attribute.value {
      case .string(let value) where attribute.dataType.hasPrefix("String") || attribute.dataType.hasPrefix("Number"):
        attributes.append(.init(name: attribute.name, value: value))
      default:
        // As on Beanstalk: only strings and numbers reach the application.
        skipped.append(attribute.name)
      }
    }
    let tick = PeriodicTask.find(in: attributes)
    task = tick?.task
    path = tick.map { RequestPath($0.path) } ?? application.path
    // The queued text of a tick is only a label; the request is empty, and applications rely on it.
    body = tick == nil ? message.body : []
    let encoded = MessageHeaders.encode(
      MessageContext(
        messageID: message.id, queue: queueName, receiveCount: message.receiveCount,
        firstReceivedAt: message.firstReceivedAt.map(Timestamp.init(millisecondsSince1970:)),
        sentAt: message.sentAt.map(Timestamp.init(millisecondsSince1970:)), senderID: message.senderID,
        path: path?.text, task: task, traceHeader: message.traceHeader, messageGroupID: message.messageGroupID,
        attributes: attributes))
    self.skipped = skipped
    omissions = encoded.omissions
    let headers =
      [("Content-Type", application.mimeType), ("User-Agent", application.userAgent)] + encoded.fields
    self.headers = headers + (application.signer?.fields(path: path?.text ?? "", headers: headers, body: body) ?? [])
  }
}
