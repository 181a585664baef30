extension MessageRules {
  /// A decimal number as SQS takes it: up to 38 significant digits, between 10^-128 and 10^126 in size, or zero.
  static func isNumber(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    skipSign(&rest)
    let whole = digits(&rest)
    var fraction: [UInt8] = []
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = digits(&rest)
    }
    var exponent = 0
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      guard let value = Int(String(decoding: rest.dropFirst(), as: UTF8.self)), abs(value) <= 1_000 else {
        return false
      }
      exponent = value
      rest = []
    }
    let all = whole + fraction
    guard rest.isEmpty, !all.isEmpty else { return false }
    let zero = UInt8(ascii: "0")
    guard let first = all.firstIndex(where: { $0 != zero }), let last = all.lastIndex(where: { $0 != zero }) else {
      return true
    }
    // The power of ten of the first digit that is not zero.
    let size = whole.count - 1 - first + exponent
    return last - first < 38 && (-128...126).contains(size)
  }

  private static func skipSign(_ text: inout ArraySlice<UInt8>) {
    if text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") { text.removeFirst() }
  }

  private static func digits(_ text: inout ArraySlice<UInt8>) -> [UInt8] {
    let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    text.removeFirst(digits.count)
    return Array(digits)
  }
}
