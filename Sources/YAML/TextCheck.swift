/// What must hold before libyaml sees a text: its own errors about this carry a byte, not a line.
enum TextCheck {
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The text without its byte order mark, which libyaml takes for a control character once it is told the encoding.
  static func withoutMark(_ bytes: [UInt8], _ limits: YAMLLimits) throws(YAMLError) -> [UInt8] {
    guard bytes.count <= limits.bytes else {
      throw YAMLError("the text is larger than \(limits.bytes) bytes", at: .start)
    }
    let text = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    do {
      _ = try UTF8Span(validating: text.span)
    } catch {
      let isUTF16 = text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF])
      throw YAMLError(
        isUTF16 ? "UTF-16: save the file as UTF-8" : "bytes that are not UTF-8: save the file as UTF-8",
        at: place(of: error.byteOffsets.lowerBound, in: text))
    }
    if let offset = firstForbidden(in: text.span) {
      throw YAMLError(
        "a control character (a text that needs it writes it as \"\\x1b\" in double quotes)",
        at: place(of: offset, in: text))
    }
    return text
  }

  /// The first byte of a character that no YAML text may hold (YAML 1.1, section 5.1): C0 but tab and line ends, DEL, C1
  /// but NEL, a byte order mark, U+FFFE and U+FFFF. The bytes are valid UTF-8.
  private static func firstForbidden(in text: Span<UInt8>) -> Int? {
    for index in text.indices {
      switch text[index] {
      case 0x09, 0x0A, 0x0D, 0x20...0x7E: continue
      case 0x00...0x1F, 0x7F: return index
      case 0xC2 where text[index + 1] < 0xA0 && text[index + 1] != 0x85: return index
      case 0xEF where text[index + 1] == 0xBB && text[index + 2] == 0xBF: return index
      case 0xEF where text[index + 1] == 0xBF && text[index + 2] >= 0xBE: return index
      default: continue
      }
    }
    return nil
  }

  private static func place(of offset: Int, in text: [UInt8]) -> YAMLPlace {
    var line = 1
    var column = 1
    for (index, byte) in text[..<offset].enumerated() {
      if byte == 0x0A || (byte == 0x0D && text[index + 1] != 0x0A) {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80, byte != 0x0D {
        // Every character has one byte that does not continue another.
        column += 1
      }
    }
    return YAMLPlace(line: line, column: column)
  }
}
