/// The form of `~/.aws/config` and `~/.aws/credentials` (AWS SDKs and Tools Reference Guide, "Shared config and credentials
/// files").
///
/// Strict about the lines of a section, lenient about whose section it is: a line that cannot be read is remembered with
/// its section, and is an error for those only who use that section. In particular:
/// - names of keys are in lower case, those of sections are as written;
/// - a comment is a line that begins with # or ;, or what follows one of them after white space;
/// - a line that is indented deeper than its key continues the value, or, where that is empty, is a key of its own below it
///   (`s3 =`, `  addressing_style = path`);
/// - sections of one name are one, and of two values for a key the last counts.
struct INIFile {
  struct Section: Equatable {
    var values: [String: String] = [:]
    /// Keys below a key.
    var nested: [String: [String: String]] = [:]
    /// "line 7 has no =": never the line itself, which may be half of a secret.
    var faults: [String] = []
  }

  private(set) var sections: [String: Section] = [:]
  /// Faults outside any section, a header that is none among them: whose lines follow it is anybody's guess.
  private(set) var faults: [String] = []

  private var name: String?
  private var key: (name: String, indentation: Int)?

  init(_ text: String) {
    var number = 0
    // Not by character: "\r\n" is one, and lines that end in either are found in one file.
    for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      take(Substring(line), number)
    }
  }

  private mutating func take(_ line: Substring, _ number: Int) {
    let content = line.trimmed
    guard let first = content.first, first != "#", first != ";" else { return }
    let indentation = line.utf8.prefix { $0 == 0x20 || $0 == 0x09 }.count
    if let key, indentation > key.indentation {
      continueValue(of: key.name, with: content, number)
    } else if first == "[" {
      beginSection(content, number)
    } else {
      takePair(content, indentation, number)
    }
  }

  private mutating func beginSection(_ content: Substring, _ number: Int) {
    key = nil
    name = nil
    guard let end = content.firstIndex(of: "]") else {
      return faults.append("line \(number) opens a [ and closes none")
    }
    let rest = content[content.index(after: end)...].trimmed
    let header = content[..<end].dropFirst().trimmed
    guard !header.isEmpty, rest.isEmpty || rest.hasPrefix("#") || rest.hasPrefix(";") else {
      return faults.append("line \(number) is no section like [default]")
    }
    name = String(header)
    if sections[String(header)] == nil { sections[String(header)] = Section() }
  }

  private mutating func takePair(_ content: Substring, _ indentation: Int, _ number: Int) {
    key = nil
    guard let name else {
      // After a faulty header its lines would only repeat the fault.
      if faults.isEmpty { faults.append("line \(number) stands before the first section") }
      return
    }
    guard let (key, value) = Self.pair(content) else {
      sections[name]?.faults.append("line \(number) has no = after a key")
      return
    }
    self.key = (key, indentation)
    sections[name]?.values[key] = value
    sections[name]?.nested[key] = nil
  }

  private mutating func continueValue(of key: String, with content: Substring, _ number: Int) {
    guard let name else { return }
    // In place: a copy for each line would be quadratic.
    if sections[name]?.values[key]?.isEmpty == false {
      sections[name]?.values[key]?.append("\n\(content.withoutComment)")
    } else if let (inner, value) = Self.pair(content) {
      sections[name]?.nested[key, default: [:]][inner] = value
    } else {
      sections[name]?.faults.append("line \(number) has no = after a key")
    }
  }

  private static func pair(_ content: Substring) -> (key: String, value: String)? {
    guard let equals = content.firstIndex(of: "=") else { return nil }
    let key = content[..<equals].trimmed
    guard !key.isEmpty else { return nil }
    let value = content[equals...].withoutComment.dropFirst().trimmed
    return (key.lowercased(), String(value))
  }
}

extension Substring {
  /// Without spaces, tabs and carriage returns at its ends.
  fileprivate var trimmed: Substring {
    var bytes = utf8
    while let first = bytes.first, first == 0x20 || first == 0x09 || first == 0x0D { bytes.removeFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 || last == 0x0D { bytes.removeLast() }
    return Substring(bytes)
  }

  /// Without what follows a # or ; that stands after white space.
  fileprivate var withoutComment: Substring {
    var isAfterSpace = false
    for index in utf8.indices {
      let byte = utf8[index]
      if isAfterSpace, byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") { return self[..<index].trimmed }
      isAfterSpace = byte == 0x20 || byte == 0x09
    }
    return self
  }
}
