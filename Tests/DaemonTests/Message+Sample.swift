import AWS

extension Message {
  /// Its receipt handle is "h-" and its id.
  static func sample(_ id: String, group: String? = nil, receiveCount: Int = 1) -> Message {
    var system = ["ApproximateReceiveCount": "\(receiveCount)"]
    if let group { system["MessageGroupId"] = group }
    return Message(id: id, receiptHandle: "h-\(id)", body: Array("body of \(id)".utf8), systemAttributes: system)
  }
}
