import Settings

/// The `url` of a task, which is a path: where the application is, is not the file's business.
///
/// On Beanstalk it is joined to `http://localhost/`.
struct CronURL {
  struct Fault: Error, Equatable {
    let reason: String
  }

  let path: RequestPath
  /// `schedule` instead of `/schedule`.
  let lacksSlash: Bool

  init(_ text: String) throws(Fault) {
    if let fault = Self.characterFault(text) { throw Fault(reason: fault) }
    if let path = Self.pathOfAddress(text) {
      throw Fault(
        reason:
          "\(Shown.value(text)) is an address: a task is POSTed to a path of the application, and --http-url says "
          + "where that is; write \(Shown.word(String(path)))")
    }
    lacksSlash = !text.hasPrefix("/")
    guard let path = RequestPath(lacksSlash ? "/" + text : text) else {
      throw Fault(
        reason: text.utf8.count >= RequestPath.longest
          ? "it is longer than \(RequestPath.longest) bytes"
          : "\(Shown.value(text)) is no path: it has no blanks, quotes, brackets, backslashes or #; write them as %XX")
    }
    self.path = path
  }

  private static func characterFault(_ text: String) -> String? {
    guard let scalar = text.unicodeScalars.first(where: { !$0.isASCII }) else { return nil }
    if let sign = TypedSign(scalar) {
      return sign.isQuotationMark
        ? "\(sign.name) belongs to the text itself, in YAML: write a straight \(sign.replacement) instead"
        : "\(sign.name): write \(sign.replacement)"
    }
    return "\(Shown.word(String(scalar))) is not ASCII: write its bytes as %XX"
  }

  /// The path of `scheme:…` or `//host/…`; nil for what is no address.
  private static func pathOfAddress(_ text: String) -> Substring? {
    let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+.-".contains($0)) }
    var rest = text[...]
    if !scheme.isEmpty, text[scheme.endIndex...].hasPrefix(":") { rest = text[scheme.endIndex...].dropFirst() }
    guard rest.startIndex != text.startIndex || text.hasPrefix("//") else { return nil }
    let path = rest.drop { $0 == "/" }.drop { $0 != "/" }
    return path.isEmpty ? "/" : path
  }
}
