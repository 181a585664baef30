/// What a signature covers, as text: seven lines, of which the first, the time, comes from the signature itself.
///
/// Written down for other implementations in docs/signature.md. The values are those of the headers as they are sent,
/// so that no verifier needs to know what they mean.
struct SignedText: Sendable {
  /// The headers that are signed, in the order of their lines.
  static let headers = [MessageHeaders.messageID, MessageHeaders.taskName, MessageHeaders.scheduledAt]

  private let lines: [String]

  /// Nil if one of the signed headers comes twice, because the application might read the one that is not signed, and
  /// for a line break inside a line, with which two different requests could have one text.
  init?(
    method: String, target: String, headers: some Sequence<(name: String, value: String)>, body: [UInt8]
  ) {
    var values: [String?] = Self.headers.map { _ in nil }
    for (name, value) in headers {
      let lowercased = name.lowercased()
      guard let index = Self.lowercasedHeaders.firstIndex(of: lowercased) else { continue }
      guard values[index] == nil else { return nil }
      values[index] = HeaderText.trimmed(value)
    }
    let texts = [method, target] + values.map { $0 ?? "" }
    guard texts.allSatisfy(HeaderText.isValue) else { return nil }
    lines = texts + [Hexadecimal.text(SHA256.hash(body))]
  }

  /// A line break between the lines, and none at the end.
  func bytes(at time: Int64) -> [UInt8] {
    Array((["\(time)"] + lines).joined(separator: "\n").utf8)
  }

  private static let lowercasedHeaders = headers.map { $0.lowercased() }
}
