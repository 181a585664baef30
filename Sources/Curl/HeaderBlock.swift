/// The header lines of one answer as they came. Most answers are judged by their status alone, so lines become strings
/// only when somebody asks for them.
struct HeaderBlock: Sendable {
  private(set) var lines: [UInt8] = []

  init() {}

  init(fields: [(name: String, value: String)]) {
    for (name, value) in fields { append(Array("\(name): \(value)\r\n".utf8)) }
  }

  mutating func append(_ line: some Collection<UInt8>) { lines.append(contentsOf: line) }

  mutating func removeAll() { lines.removeAll(keepingCapacity: true) }

  /// Name and value of each line. Bytes that are no UTF-8 are replaced; lines without a colon are left out.
  var fields: [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    forEachField { name, value in
      fields.append((String(decoding: name, as: UTF8.self), value))
      return true
    }
    return fields
  }

  func first(_ name: String) -> String? {
    guard hasLine(beginningWith: name) else { return nil }
    var found: String?
    forEachField { candidate, value in
      guard candidate.elementsEqual(name.utf8, by: { $0.asciiLowercased == $1.asciiLowercased }) else { return true }
      found = value
      return false
    }
    return found
  }

  /// Most headers that are asked for are not there. This finds that out without taking the lines apart.
  private func hasLine(beginningWith name: String) -> Bool {
    let bytes = lines.span
    let wanted = name.utf8.span
    var start = 0
    while true {
      while start < bytes.count, bytes[start].isWhiteSpace { start += 1 }
      guard start + wanted.count <= bytes.count else { return false }
      var length = 0
      while length < wanted.count, bytes[start + length].asciiLowercased == wanted[length].asciiLowercased {
        length += 1
      }
      if length == wanted.count { return true }
      while start < bytes.count, bytes[start] != UInt8(ascii: "\n") { start += 1 }
    }
  }

  /// Calls `body` for each field until it returns false.
  private func forEachField(_ body: (ArraySlice<UInt8>, String) -> Bool) {
    var rest = lines.split(whereSeparator: { $0 == UInt8(ascii: "\n") })[...]
    while let line = rest.popFirst() {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      var value = String(decoding: line[(colon + 1)...].trimmed, as: UTF8.self)
      // RFC 9112 section 5.2: a line that begins with white space continues the one before.
      while let next = rest.first, next.first?.isWhiteSpace == true {
        rest.removeFirst()
        value += " " + String(decoding: next.trimmed, as: UTF8.self)
      }
      guard body(line[..<colon].trimmed, value) else { return }
    }
  }
}

extension ArraySlice<UInt8> {
  /// Without white space and line ends on both sides.
  fileprivate var trimmed: Self {
    var slice = self
    while slice.first?.isWhiteSpace == true { slice.removeFirst() }
    while slice.last?.isWhiteSpace == true { slice.removeLast() }
    return slice
  }
}

extension UInt8 {
  /// Space, tab, CR, and the two that libcurl also skips (vertical tab, form feed).
  var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
