/// An answer as it came.
package struct RawAnswer: Sendable {
  package var status: Int
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  /// The statuses of the interim answers before it.
  package var interim: [Int]

  package var text: String { String(decoding: body, as: UTF8.self) }

  /// The value of the first field of that name, in any case.
  package func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

extension RawClient {
  func receiveAnswerNow(toHead: Bool) throws -> RawAnswer {
    var interim: [Int] = []
    while true {
      var answer = try receiveHead()
      if answer.status < 200 {
        interim.append(answer.status)
        continue
      }
      answer.interim = interim
      let length = answer.header("Content-Length").flatMap(Int.init) ?? 0
      if !toHead, length > 0 {
        while received.count < length {
          guard try fill() else { throw RawClientError.ended }
        }
        answer.body = received.take(length)
      }
      return answer
    }
  }

  private func receiveHead() throws -> RawAnswer {
    while true {
      if let head = received.takeHead() { return try RawClient.parse(head) }
      guard try fill() else { throw RawClientError.ended }
    }
  }

  private static func parse(_ head: [UInt8]) throws -> RawAnswer {
    let text = String(decoding: head, as: UTF8.self)
    var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)[...]
    let words = (lines.popFirst() ?? "").split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
      throw RawClientError.malformed(text)
    }
    var headers: [(name: String, value: String)] = []
    for line in lines where !line.isEmpty {
      let field = line.split(separator: ": ", maxSplits: 1)
      guard field.count == 2 else { throw RawClientError.malformed(text) }
      headers.append((String(field[0]), String(field[1])))
    }
    return RawAnswer(status: status, headers: headers, body: [], interim: [])
  }
}

/// What a client has received and not yet looked at. Only touched on that client's queue.
final class RawInput: @unchecked Sendable {
  private var bytes: [UInt8] = []

  var isEmpty: Bool { bytes.isEmpty }
  var count: Int { bytes.count }

  func append(_ more: ArraySlice<UInt8>) { bytes += more }

  func takeAll() -> [UInt8] { take(bytes.count) }

  func take(_ count: Int) -> [UInt8] {
    defer { bytes.removeFirst(count) }
    return Array(bytes.prefix(count))
  }

  /// Everything up to and with the first empty line.
  func takeHead() -> [UInt8]? {
    guard bytes.count >= 4 else { return nil }
    for end in 4...bytes.count where bytes[end - 4..<end].elementsEqual([13, 10, 13, 10]) { return take(end) }
    return nil
  }
}
