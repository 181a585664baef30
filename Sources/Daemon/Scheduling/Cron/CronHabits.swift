/// What people write who come from another scheduler, a web page or a text editor, and what cron calls it.
enum CronHabits {
  /// Why an item of a field is none.
  static func fault(in item: Substring, of field: CronField) -> CronExpressionError {
    let shown = CronSet.shown(item)
    let upper = item.uppercased()
    if item.hasPrefix("/") {
      return CronExpressionError("the \(field.name) \(shown) has a step of nothing: write *\(shown)")
    }
    if isQuartz(upper) {
      return CronExpressionError(
        "the \(field.name) \(shown) is Quartz's: cron has numbers, lists, ranges and steps, but no L, W and #")
    }
    if let word = fullWord(item, of: field) {
      return CronExpressionError("the \(field.name) \(shown) is written with three letters: \(word)")
    }
    if item.hasPrefix("*"), item.utf8.count > 1 {
      return CronExpressionError(
        "the \(field.name) \(shown) has something after the star: write * or a step, such as */5")
    }
    return CronExpressionError(
      "the \(field.name) \(shown) is neither *, \(field.takes), nor a range, list or step of them")
  }

  /// `L`, `L-3`, `LW`, `15W`, `6L`, `friL`, `5#3`, `mon#1`.
  private static func isQuartz(_ item: String) -> Bool {
    if item.contains("#") { return true }
    let days = CronField.dayOfWeek.words.map { $0.uppercased() }
    let head = item.prefix { $0 != "-" }
    if head == "L" || head == "LW" { return true }
    guard item.hasSuffix("L") || item.hasSuffix("W") else { return false }
    let front = String(item.dropLast())
    return CronField.number(front) != nil || days.contains(front)
  }

  /// `Monday` and `sept`, also as the end of a range.
  private static func fullWord(_ item: Substring, of field: CronField) -> String? {
    let full =
      field == .month
      ? [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
      ] : ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    guard !field.words.isEmpty else { return nil }
    for part in item.lowercased().split(whereSeparator: { $0 == "-" || $0 == "/" }) where part.count > 3 {
      if let index = full.firstIndex(where: { $0.hasPrefix(part) || part == "\($0)s" }) { return field.words[index] }
    }
    return nil
  }

  /// A sign that says so much about the whole that its fields need no look.
  static func fault(inWhole text: String) -> CronExpressionError? {
    let lowered = text.lowercased()
    if lowered.hasPrefix("cron(") || lowered.hasPrefix("rate(") {
      return CronExpressionError("cron(…) and rate(…) are EventBridge's: write five fields, such as 0 10 * * *")
    }
    if lowered.hasPrefix("every ") || lowered.contains(" of month") {
      return CronExpressionError("that is Google App Engine's form: write five fields, such as */5 * * * *")
    }
    for scalar in text.unicodeScalars where !scalar.isASCII || scalar.value == 0x7F || scalar.value < 0x20 {
      return CronExpressionError(character(scalar))
    }
    if text.contains("?") {
      return CronExpressionError(
        "? is a sign of Quartz and EventBridge: write *, and no field of seconds in front or of years at the end")
    }
    return nil
  }

  private static func character(_ scalar: Unicode.Scalar) -> String {
    if let sign = TypedSign(scalar) {
      return sign.isQuotationMark
        ? "\(sign.name) belongs to the text itself, in YAML: write a straight \(sign.replacement) instead"
        : "\(sign.name) where \(sign.meant) should be: write \(sign.replacement)"
    }
    return "the character \(CronSet.shown(String(scalar))) (\(TypedSign.code(scalar))) means nothing in a schedule"
  }
}
