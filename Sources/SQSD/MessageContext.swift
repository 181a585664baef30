/// What an application learns about a message besides its body.
///
/// The daemon fills all of it; the server must do with whatever a request brings, so that a job can be replayed with
/// a bare `curl`.
package struct MessageContext: Sendable, Equatable {
  package var messageID: String?
  /// The queue's name, not its URL.
  package var queue: String?
  package var receiveCount: Int?
  package var firstReceivedAt: Timestamp?
  package var sentAt: Timestamp?
  /// The IAM unique id of the sender (`AIDA…`, or `AROA…:session`), not an account number as AWS's guide has it.
  package var senderID: String?
  /// The path that the request goes to.
  package var path: String?
  package var task: PeriodicTask?
  package var traceHeader: String?
  package var messageGroupID: String?
  package var attributes: [Attribute] = []
  /// How many attributes the daemon had to leave out of the request.
  package var omittedAttributes = 0

  package init(
    messageID: String? = nil, queue: String? = nil, receiveCount: Int? = nil, firstReceivedAt: Timestamp? = nil,
    sentAt: Timestamp? = nil, senderID: String? = nil, path: String? = nil, task: PeriodicTask? = nil,
    traceHeader: String? = nil, messageGroupID: String? = nil, attributes: [Attribute] = []
  ) {
    self.messageID = messageID
    self.queue = queue
    self.receiveCount = receiveCount
    self.firstReceivedAt = firstReceivedAt
    self.sentAt = sentAt
    self.senderID = senderID
    self.path = path
    self.task = task
    self.traceHeader = traceHeader
    self.messageGroupID = messageGroupID
    self.attributes = attributes
  }

  /// A message attribute whose data type begins with `String` or `Number`; those of type Binary never reach the
  /// application (AWS, "Elastic Beanstalk worker environments").
  package struct Attribute: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
}
