/// Header fields in the order in which they came. Names are compared without regard to case (RFC 9110, section 5.1), and
/// a repeated field stays repeated: merging or dropping lines is how two parties come to read two different requests.
package struct HTTPHeaderList: Sendable {
  package typealias Field = (name: String, value: String)

  private var fields: [Field]

  package init(_ fields: [Field] = []) {
    self.fields = fields
  }

  /// The value of the first field of that name.
  package func first(_ name: String) -> String? {
    for field in fields where field.name.equalsIgnoringASCIICase(name) { return field.value }
    return nil
  }

  /// The values of all fields of that name, in order.
  package func values(_ name: String) -> [String] {
    var values: [String] = []
    for field in fields where field.name.equalsIgnoringASCIICase(name) { values.append(field.value) }
    return values
  }

  package mutating func append(name: String, value: String) {
    fields.append((name, value))
  }

  /// True if one of the comma-separated elements of the fields of that name is `token`, in any case (RFC 9110, 5.6.1).
  func hasToken(_ token: String, in name: String) -> Bool {
    for field in fields where field.name.equalsIgnoringASCIICase(name) {
      for element in field.value.utf8.split(separator: UInt8(ascii: ",")) {
        if Substring(element).trimmingOptionalWhitespace().equalsIgnoringASCIICase(token) { return true }
      }
    }
    return false
  }
}

extension HTTPHeaderList: RandomAccessCollection {
  package var startIndex: Int { fields.startIndex }
  package var endIndex: Int { fields.endIndex }
  package subscript(position: Int) -> Field { fields[position] }
}

extension HTTPHeaderList: CustomStringConvertible {
  /// Names only: a value may be a secret.
  package var description: String { fields.map(\.name).joined(separator: ", ") }
}
