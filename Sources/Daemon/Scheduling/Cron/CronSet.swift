import Settings

/// What one field says: the values as bits, bit n for the value n, and what the star rule needs to know.
struct CronSet: Sendable, Equatable {
  private(set) var bits: UInt64 = 0
  /// As it is written.
  let text: String

  /// Vixie cron calls a field a star by its first character alone, so `*/2` is one too.
  var isStar: Bool { text.hasPrefix("*") }

  init(parsing text: String, as field: CronField) throws(CronExpressionError) {
    self.text = text
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      bits |= try Self.bits(of: item, in: field)
    }
    // Sunday has two numbers.
    if field == .dayOfWeek, bits & 1 << 7 != 0 { bits = bits & ~(1 << 7) | 1 }
  }

  /// Those of one item between two commas: `*`, `a`, `a-b`, and with a step `*/n` and `a-b/n`.
  private static func bits(of item: Substring, in field: CronField) throws(CronExpressionError) -> UInt64 {
    guard !item.isEmpty else {
      throw CronExpressionError("the \(field.name) has a comma with nothing before or after it")
    }
    let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let span = try span(parts[0], of: item, in: field)
    guard parts.count == 2 else { return bits(from: span.values, step: 1) }
    guard span.isRange else { throw stepAfterNumber(item, number: parts[0], step: parts[1], in: field) }
    guard let step = CronField.number(parts[1]) else { throw CronHabits.fault(in: item, of: field) }
    guard step > 0 else {
      throw CronExpressionError("the \(field.name) \(shown(item)) steps by 0: write * for every one")
    }
    return bits(from: span.values, step: step)
  }

  private static func span(
    _ text: Substring, of item: Substring, in field: CronField
  ) throws(CronExpressionError) -> (values: ClosedRange<Int>, isRange: Bool) {
    // Sunday's second number would count it twice in `*/7`, which is harmless: it is one day in the end.
    if text == "*" { return (field.range, true) }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    let values = ends.compactMap(field.value(of:))
    guard (1...2).contains(ends.count), values.count == ends.count, let first = values.first, let last = values.last
    else { throw CronHabits.fault(in: item, of: field) }
    for (value, end) in zip(values, ends) where !field.range.contains(value) {
      throw CronExpressionError("the \(field.name) \(shown(end)) is out of range: \(field.takes)")
    }
    guard first <= last else { throw reversed(item, first, last, in: field) }
    return (first...last, ends.count == 2)
  }

  private static func bits(from values: ClosedRange<Int>, step: Int) -> UInt64 {
    var bits: UInt64 = 0
    var value = values.lowerBound
    while value <= values.upperBound {
      bits |= 1 << UInt64(value)
      // A step may be as large as it likes.
      guard step <= values.upperBound - value else { break }
      value += step
    }
    return bits
  }

  static func shown(_ text: some StringProtocol) -> String { Shown.word(String(text), longest: 60) }
}

extension CronSet {
  /// `0/5` begins at 0 in Quartz; cron has no such form, and what implementations make of it differs.
  private static func stepAfterNumber(
    _ item: Substring, number: Substring, step: Substring, in field: CronField
  ) -> CronExpressionError {
    let isFromStart = field.value(of: number) == field.range.lowerBound
    let written = isFromStart ? "*/\(shown(step))" : "\(shown(number))-\(field.range.upperBound)/\(shown(step))"
    return CronExpressionError(
      "the \(field.name) \(shown(item)) has a step after a single number, as in Quartz: write \(written)")
  }

  private static func reversed(_ item: Substring, _ first: Int, _ last: Int, in field: CronField) -> CronExpressionError
  {
    let written: String
    if field == .dayOfWeek, last == 0 {
      written = "\(first)-7"
    } else {
      written = "\(first)-\(field == .dayOfWeek ? 6 : field.range.upperBound),\(field.range.lowerBound)-\(last)"
    }
    return CronExpressionError("the \(field.name) \(shown(item)) runs backwards: write \(written)")
  }
}
