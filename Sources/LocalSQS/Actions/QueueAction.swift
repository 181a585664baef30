/// One action of SQS: its request's members, and what it does. Members are optional because SQS, not a JSON decoder,
/// says which one is missing.
protocol QueueAction: Decodable, Sendable {
  associatedtype Answer: Encodable & Sendable

  func perform(on store: inout QueueStore, _ call: Call) throws(SQSError) -> Answer
}

/// The circumstances of a call.
struct Call: Sendable {
  let now: Timestamp
  /// From the signature's credential scope.
  let region: String
  /// The request's Host field: queue URLs lead back the way the client came.
  let host: String

  func url(of queue: String) -> String {
    "http://\(host)/\(QueueARN.account)/\(queue)"
  }

  /// The name of the queue that a request means.
  func queueName(_ url: String?) throws(SQSError) -> String {
    guard let url, !url.isEmpty else { throw .missing("QueueUrl") }
    guard let name = QueueARN.name(inURL: url) else { throw .queueDoesNotExist }
    return name
  }
}

/// The answer of actions that have nothing to say: `{}`.
struct NoAnswer: Encodable, Sendable {}

func required<Value>(_ value: Value?, _ parameter: String) throws(SQSError) -> Value {
  guard let value else { throw .missing(parameter) }
  return value
}
