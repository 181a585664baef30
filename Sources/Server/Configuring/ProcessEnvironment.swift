import CProcess

/// The environment that this process was started with.
struct ProcessEnvironment: Sendable {
  /// `NAME=value`, byte for byte: a value need not be UTF-8.
  let entries: [[UInt8]]

  static var current: ProcessEnvironment {
    var entries: [[UInt8]] = []
    var next = unsafe cprocess_environment()
    while let entry = unsafe next.pointee {
      unsafe entries.append(Array(UnsafeRawBufferPointer(start: entry, count: length(of: entry))))
      unsafe next += 1
    }
    return ProcessEnvironment(entries: entries)
  }

  /// For settings: invalid UTF-8 is repaired.
  var variables: [String: String] {
    var variables: [String: String] = [:]
    for entry in entries {
      guard let sign = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(decoding: entry[..<sign], as: UTF8.self)
      // Of a name that is there twice getenv(3) sees the first.
      if variables[name] == nil { variables[name] = String(decoding: entry[(sign + 1)...], as: UTF8.self) }
    }
    return variables
  }

  private static func length(of text: UnsafeMutablePointer<CChar>) -> Int {
    var length = 0
    while unsafe text[length] != 0 { length += 1 }
    return length
  }
}
