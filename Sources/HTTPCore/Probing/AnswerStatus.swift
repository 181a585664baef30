/// The status of the final answer at the beginning of what a server sent.
enum AnswerStatus: Equatable {
  case incomplete
  case final(Int)
  case malformed

  init(reading bytes: [UInt8]) {
    var rest = bytes[...]
    while true {
      let form = Array("HTTP/1.x nnn".utf8)
      let line = rest.prefix(form.count)
      for (byte, expected) in zip(line, form) {
        switch expected {
        case UInt8(ascii: "x"), UInt8(ascii: "n"): guard byte.isDigit else { self = .malformed; return }
        default: guard byte == expected else { self = .malformed; return }
        }
      }
      guard line.count == form.count else { self = .incomplete; return }
      let status = line.suffix(3).reduce(0) { $0 * 10 + Int($1 - 0x30) }
      guard (100...599).contains(status) else { self = .malformed; return }
      // An interim answer is only a head; the next answer follows it (RFC 9110, section 15.2).
      guard status < 200 else { self = .final(status); return }
      guard let end = rest.indexAfterEmptyLine() else { self = .incomplete; return }
      rest = rest[end...]
    }
  }
}

extension ArraySlice<UInt8> {
  /// Where the line after the first empty line begins.
  fileprivate func indexAfterEmptyLine() -> Index? {
    var index = startIndex
    while index + 3 < endIndex {
      if self[index..<index + 4].elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) { return index + 4 }
      index += 1
    }
    return nil
  }
}
