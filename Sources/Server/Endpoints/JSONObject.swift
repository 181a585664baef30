/// A flat JSON object, written member by member; all that the answers of this server need.
struct JSONObject {
  private var text = ""

  /// The object on one line, with its line break.
  var line: String { "{" + text + "}\n" }

  mutating func add(_ name: String, _ value: String) {
    add(name, verbatim: Self.quoted(value))
  }

  mutating func add(_ name: String, _ value: some BinaryInteger) {
    add(name, verbatim: "\(value)")
  }

  /// JSON has neither NaN nor infinity (RFC 8259 section 6).
  mutating func add(_ name: String, _ value: Double) {
    add(name, verbatim: value.isFinite ? "\(value)" : "null")
  }

  mutating func add(_ name: String, _ values: [String]) {
    add(name, verbatim: "[" + values.map(Self.quoted).joined(separator: ",") + "]")
  }

  private mutating func add(_ name: String, verbatim value: String) {
    if !text.isEmpty { text += "," }
    text += Self.quoted(name) + ":" + value
  }

  /// RFC 8259 section 7.
  static func quoted(_ value: String) -> String {
    let hex = Array("0123456789abcdef".unicodeScalars)
    var result = "\"".unicodeScalars
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\"".unicodeScalars
      case "\\": result += "\\\\".unicodeScalars
      case "\n": result += "\\n".unicodeScalars
      case "\r": result += "\\r".unicodeScalars
      case "\t": result += "\\t".unicodeScalars
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        result += "\\u00".unicodeScalars
        result += [hex[Int(scalar.value >> 4)], hex[Int(scalar.value & 15)]]
      default: result.append(scalar)
      }
    }
    result.append("\"")
    return String(result)
  }
}
