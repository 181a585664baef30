/// A message as a producer hands it over, already checked by `MessageRules`.
struct OutgoingMessage: Sendable {
  var body: String
  var attributes: [String: MessageAttribute] = [:]
  /// The only system attribute that can be sent; passed through as it is.
  var traceHeader: String?
  /// Seconds; nil means the queue's own delay.
  var delay: Int?
  var groupID: String?
  var deduplicationID: String?

  /// What counts towards the size limits: the body, and names, types and values of attributes; not the trace header.
  var byteCount: Int {
    attributes.reduce(body.utf8.count) { $0 + $1.key.utf8.count + $1.value.byteCount }
  }
}

/// What the producer is told about a message that was taken.
struct SentMessage: Hashable, Sendable {
  let id: String
  let sequenceNumber: String?
}
