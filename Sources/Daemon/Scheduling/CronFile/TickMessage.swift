import SQSD
import Settings

/// What SQS and the headers of a request allow in a tick's message (SQS API Reference, SendMessage and
/// MessageAttributeValue).
enum TickMessage {
  /// Of body and attributes together.
  static let mostBytes = 1_048_576
  /// SQS takes ten; three make the message a tick.
  static let mostAttributes = 7
  static let longestName = 256
  static let longestAttributeName = 256

  /// A name travels in a header and in keys of claims.
  static func nameFault(_ text: String) -> String? {
    guard text.utf8.count <= longestName else { return "longer than \(longestName) bytes" }
    if let scalar = text.unicodeScalars.first(where: { !(0x20...0x7E).contains($0.value) }) {
      if let sign = TypedSign(scalar) {
        return sign.isQuotationMark
          ? "\(sign.name) belongs to the text itself, in YAML: write a straight \(sign.replacement) instead"
          : "\(sign.name): write \(sign.replacement)"
      }
      let shown = scalar.value < 0x20 || scalar.value == 0x7F ? "a control character" : Shown.word(String(scalar))
      return "\(shown) (\(TypedSign.code(scalar))): it travels in a header, which takes visible ASCII and blanks"
    }
    guard text.first != " ", text.last != " " else { return "a blank at its beginning or end, which no header keeps" }
    return nil
  }

  /// SQS takes the characters of XML 1.0, and no empty text; a header no control characters.
  static func textFault(_ text: String, inHeader: Bool = false) -> String? {
    guard !text.isEmpty else { return "empty, which SQS does not take: leave it out" }
    for scalar in text.unicodeScalars {
      let isAllowed =
        switch scalar.value {
        case 0x09: true
        case 0x0A, 0x0D: !inHeader
        case 0..<0x20, 0xFFFE, 0xFFFF: false
        case 0x7F: !inHeader
        default: true
        }
      if !isAllowed {
        return inHeader
          ? "a control character (\(TypedSign.code(scalar))), which its header cannot carry"
          : "a character (\(TypedSign.code(scalar))) that SQS does not take"
      }
    }
    return nil
  }

  static func attributeNameFault(_ name: String) -> String? {
    let lowered = name.lowercased()
    if lowered.hasPrefix(PeriodicTask.controlPrefix) {
      return "names with \(PeriodicTask.controlPrefix) in front are the daemon's own"
    }
    let isRight =
      (1...longestAttributeName).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
      && !name.hasPrefix(".") && !name.hasSuffix(".") && !name.contains("..")
      && !lowered.hasPrefix("aws.") && !lowered.hasPrefix("amazon.")
    return isRight
      ? nil
      : "no name for SQS: 1 to \(longestAttributeName) letters, digits, -, _ and single dots inside; not beginning with "
        + "AWS. or Amazon."
  }

  /// SQS counts the names, types and values of the attributes with the body.
  static func sizeFault(_ task: CronTask) -> String? {
    let type = "String".utf8.count
    let own =
      [PeriodicTask.pathAttribute, PeriodicTask.nameAttribute, PeriodicTask.timeAttribute].reduce(0) {
        $0 + $1.utf8.count + type
      } + task.url.text.utf8.count + task.name.utf8.count + "2026-01-01 00:05:00 UTC".utf8.count
    let size = task.attributes.reduce(own + (task.body ?? "").utf8.count) {
      $0 + $1.name.utf8.count + type + $1.value.utf8.count
    }
    guard size > mostBytes else { return nil }
    return "its message would have \(size) bytes with body and attributes; SQS takes \(mostBytes)"
  }
}
