extension ReceivedMessages {
  /// Reads ReceiveMessage's answer. A message that is not fit to be delivered is refused by itself; what is not JSON, or
  /// not the shape of this answer, is an error of the whole.
  init(answer: [UInt8]) throws(JSONSyntaxError) {
    self.init()
    guard !answer.isEmpty else { return }
    var reader = try JSONReader(answer)
    try reader.object { (reader, name) throws(JSONSyntaxError) in
      guard name == "Messages" else { return try reader.skip() }
      self = ReceivedMessages()
      // SQS leaves the list out when there are no messages; other servers send null or an empty one.
      guard try reader.kind() != .null else { return try reader.skip() }
      try reader.array { (reader) throws(JSONSyntaxError) in try readMessage(&reader) }
    }
    try reader.end()
  }

  private mutating func readMessage(_ reader: inout JSONReader) throws(JSONSyntaxError) {
    let index = messages.count + refused.count
    var draft = MessageDraft()
    try draft.read(&reader)
    switch draft.finished {
    case .success(let message): messages.append(message)
    case .failure(let fault):
      refused.append(
        Refused(index: index, messageID: draft.id, receiptHandle: draft.receiptHandle, reason: fault.reason))
    }
  }
}
