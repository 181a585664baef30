/// The answer of every batch call. Either list may be missing.
struct BatchAnswer: Decodable {
  struct Success: Decodable {
    var id: String
    var messageID: String?

    enum CodingKeys: String, CodingKey {
      case id = "Id"
      case messageID = "MessageId"
    }
  }

  struct Failure: Decodable {
    var id: String
    var senderFault: Bool?
    var code: String?
    var message: String?

    enum CodingKeys: String, CodingKey {
      case id = "Id"
      case senderFault = "SenderFault"
      case code = "Code"
      case message = "Message"
    }
  }

  var successful: [Success]?
  var failed: [Failure]?

  enum CodingKeys: String, CodingKey {
    case successful = "Successful"
    case failed = "Failed"
  }
}
