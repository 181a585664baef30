/// The header of what a CGI script writes (RFC 3875, section 6.3).
struct ResponseHead {
  var status: Int
  var headers: [(name: String, value: String)]

  /// Reads lines that end with LF or CR LF; an empty one at the end may be there.
  init(parsing bytes: [UInt8]) throws(BadAnswer) {
    var status: Int?
    headers = []
    for line in bytes.split(separator: 0x0A) {
      let line = line.last == 0x0D ? line.dropLast() : line
      guard !line.isEmpty else { continue }
      let (name, value) = try Self.field(line)
      guard name.equalsIgnoringASCIICase("Status") else {
        headers.append((name, value))
        continue
      }
      guard status == nil else { throw BadAnswer("sent two Status lines") }
      status = try Self.status(value)
    }
    guard status != nil || !headers.isEmpty else { throw BadAnswer("sent an empty header") }
    // Section 6.2.3: a script need not say that its Location is a redirection.
    self.status = status ?? (headers.contains { $0.name.equalsIgnoringASCIICase("Location") } ? 302 : 200)
  }

  private static func field(_ line: ArraySlice<UInt8>) throws(BadAnswer) -> (name: String, value: String) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon != line.startIndex,
      line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw BadAnswer("sent a header line that is none") }
    let value = String(decoding: line[line.index(after: colon)...], as: UTF8.self)
    return (String(decoding: line[..<colon], as: UTF8.self), value.trimmingBlanks())
  }

  /// `404 Not Found`, or the number alone.
  private static func status(_ value: String) throws(BadAnswer) -> Int {
    let digits = value.utf8.prefix { $0 >= 0x30 && $0 <= 0x39 }
    guard digits.count == 3, digits.count == value.utf8.count || value.utf8.dropFirst(3).first == 0x20,
      let status = Int(Substring(digits)), (200...599).contains(status)
    else { throw BadAnswer("sent a Status line without a status from 200 to 599") }
    return status
  }
}

extension String {
  /// Without the spaces and tabs around it.
  fileprivate func trimmingBlanks() -> String {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    var bytes = utf8.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return String(Substring(bytes))
  }
}
