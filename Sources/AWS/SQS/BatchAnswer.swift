/// The answer of every batch call. Either list may be missing.
///
/// Read by hand like ReceiveMessage's: there is one for every few messages.
struct BatchAnswer {
  /// Of a success only the ids are there.
  struct Entry {
    var id: String
    var messageID: String?
    var senderFault = false
    var code: String?
    var message: String?
  }

  private(set) var successful: [Entry] = []
  private(set) var failed: [Entry] = []

  init(answer: [UInt8]) throws(JSONSyntaxError) {
    guard !answer.isEmpty else { return }
    var reader = try JSONReader(answer)
    try reader.object { (reader, name) throws(JSONSyntaxError) in
      switch name {
      case "Successful": successful = try Self.entries(&reader)
      case "Failed": failed = try Self.entries(&reader)
      default: try reader.skip()
      }
    }
    try reader.end()
  }

  private static func entries(_ reader: inout JSONReader) throws(JSONSyntaxError) -> [Entry] {
    var entries: [Entry] = []
    guard try reader.kind() != .null else {
      try reader.skip()
      return entries
    }
    try reader.array { (reader) throws(JSONSyntaxError) in entries.append(try entry(&reader)) }
    return entries
  }

  private static func entry(_ reader: inout JSONReader) throws(JSONSyntaxError) -> Entry {
    var id: String?
    var entry = Entry(id: "")
    try reader.object { (reader, name) throws(JSONSyntaxError) in
      switch name {
      case "Id": id = try text(&reader)
      case "MessageId": entry.messageID = try text(&reader)
      case "SenderFault": entry.senderFault = try flag(&reader)
      case "Code": entry.code = try text(&reader)
      case "Message": entry.message = try text(&reader)
      default: try reader.skip()
      }
    }
    guard let id else { throw reader.failure("an entry without an Id") }
    entry.id = id
    return entry
  }

  /// Nil for null.
  private static func text(_ reader: inout JSONReader) throws(JSONSyntaxError) -> String? {
    switch try reader.kind() {
    case .string:
      guard let text = try reader.text() else { throw reader.failure("text that is not valid Unicode") }
      return text
    case .null:
      try reader.skip()
      return nil
    default: throw reader.failure("no text where there should be one")
    }
  }

  /// False for null.
  private static func flag(_ reader: inout JSONReader) throws(JSONSyntaxError) -> Bool {
    let kind = try reader.kind()
    guard kind == .boolean || kind == .null else { throw reader.failure("neither true nor false") }
    let isTrue = reader.bytes[reader.position] == UInt8(ascii: "t")
    try reader.skip()
    return isTrue
  }
}
