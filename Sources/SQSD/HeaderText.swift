/// What may stand in a header without changing the request around it (RFC 9110 sections 5.1 and 5.5).
package enum HeaderText {
  /// A field name is a token: letters, digits and ``!#$%&'*+-.^_`|~``.
  package static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  /// A field value holds no control character but the tab: CR and LF would end the line, NUL ends it for some parsers.
  package static func isValue(_ text: String) -> Bool {
    // Over the bytes themselves: iterating over the UTF-8 view costs five times as much, for each header of each message.
    let bytes = text.utf8.span
    for index in bytes.indices {
      let byte = bytes[index]
      if byte < 0x20 && byte != 0x09 || byte == 0x7F { return false }
    }
    return true
  }

  /// Without the blanks and tabs around it, which no parser keeps.
  static func trimmed(_ text: String) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    var rest = text[...].drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(rest)
  }
}
