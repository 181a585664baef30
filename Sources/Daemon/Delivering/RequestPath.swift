import Settings

/// A path on the application, and nothing that could be anywhere else.
struct RequestPath: Sendable, Equatable, CustomStringConvertible {
  static let longest = 2048
  static let root = RequestPath(checked: "/")

  let text: String

  private init(checked text: String) {
    self.text = text
  }

  /// Nil unless the text begins with one `/` and holds only what RFC 3986 allows in a path and query: visible ASCII
  /// without quotes, brackets, backslash, `^`, backquote and `#`. `//host` would be another host for some parsers.
  init?(_ text: String) {
    let forbidden = Array("\"<>\\^`{|}#".utf8)
    guard text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= Self.longest,
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !forbidden.contains($0) })
    else { return nil }
    self.text = text
  }

  /// Of a setting that is none.
  static let fault = SettingFault("is not a path: it begins with one / and has no blanks, quotes or #")

  var description: String { text }
}
