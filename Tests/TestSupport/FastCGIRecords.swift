/// Records as an application sends them, byte by byte as the specification has them.
package enum FastCGIRecords {
  package static func record(
    _ type: UInt8, _ content: [UInt8] = [], padding: Int = 0, version: UInt8 = 1, requestID: UInt16 = 1
  ) -> [UInt8] {
    let lengths = [UInt8(content.count >> 8), UInt8(content.count & 0xFF), UInt8(padding)]
    return [version, type, UInt8(requestID >> 8), UInt8(requestID & 0xFF)] + lengths + [0xAA] + content
      + [UInt8](repeating: 0xBB, count: padding)
  }

  package static func output(_ text: String, padding: Int = 0) -> [UInt8] { output(Array(text.utf8), padding: padding) }

  package static func output(_ bytes: [UInt8], padding: Int = 0) -> [UInt8] {
    stride(from: 0, to: bytes.count, by: 65_535).flatMap {
      record(6, Array(bytes[$0..<min($0 + 65_535, bytes.count)]), padding: padding)
    }
  }

  package static func errorOutput(_ text: String, padding: Int = 0) -> [UInt8] {
    record(7, Array(text.utf8), padding: padding)
  }

  package static func end(_ applicationStatus: UInt8 = 0, protocolStatus: UInt8 = 0, padding: Int = 0) -> [UInt8] {
    record(3, [0, 0, 0, applicationStatus, protocolStatus, 1, 2, 3], padding: padding)
  }

  /// A whole answer.
  package static func answer(_ text: String) -> [UInt8] { output(text) + end() }

  package static let ok = answer("Content-Type: text/plain\r\n\r\ndone")
}
