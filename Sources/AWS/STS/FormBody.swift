/// The body of a request of the Query protocol: `application/x-www-form-urlencoded`.
enum FormBody {
  static let contentType = "application/x-www-form-urlencoded; charset=utf-8"

  static func text(_ fields: [(name: String, value: String)]) -> String {
    fields.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
  }

  /// Everything but RFC 3986's unreserved characters.
  private static func encoded(_ text: String) -> String {
    var result: [UInt8] = []
    for byte in text.utf8 {
      if RegionName.isLetterOrDigit(byte) || "-._~".utf8.contains(byte) {
        result.append(byte)
      } else {
        result += "%\(Hexadecimal.text([byte], uppercase: true))".utf8
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
