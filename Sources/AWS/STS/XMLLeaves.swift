/// The texts of an XML document by their paths: "ErrorResponse/Error/Code". Enough for the answers of the Query protocol.
///
/// Names count without their namespace prefix, attributes and comments are skipped, of several elements at one path the
/// first counts. Refused are document types, whose entities can be made to grow without bound, and whatever is not well
/// formed.
struct XMLLeaves {
  static let depthLimit = 32

  struct SyntaxError: Error, CustomStringConvertible {
    /// What is wrong, without anything of the text itself.
    let reason: String
    let offset: Int

    var description: String { "\(reason) at byte \(offset)" }
  }

  private var texts: [String: String] = [:]

  subscript(_ path: String) -> String? { texts[path] }

  init(_ bytes: [UInt8]) throws(SyntaxError) {
    var scanner = XMLScanner(bytes)
    var names: [[UInt8]] = []
    // Elements below the one that is open: one with any has no text that counts.
    var text: [UInt8] = []
    var isLeaf = false
    var hasRoot = false
    while let token = try scanner.next() {
      switch token {
      case .start(let name, let isEmpty):
        guard !names.isEmpty || !hasRoot else { throw scanner.failure("a second root element") }
        hasRoot = true
        guard names.count < Self.depthLimit else { throw scanner.failure("more than \(Self.depthLimit) levels") }
        text = []
        isLeaf = !isEmpty
        if !isEmpty { names.append(name) }
      case .end(let name):
        guard names.last == name else { throw scanner.failure("an end tag without its start") }
        if isLeaf {
          let path = names.map { String(decoding: Self.local($0), as: UTF8.self) }.joined(separator: "/")
          if texts[path] == nil { texts[path] = String(decoding: text, as: UTF8.self) }
        }
        isLeaf = false
        names.removeLast()
      case .text(let piece):
        guard !names.isEmpty || piece.allSatisfy(XMLScanner.isSpace) else {
          throw scanner.failure("text outside the root element")
        }
        text += piece
      }
    }
    guard names.isEmpty, hasRoot else { throw scanner.failure("the end of the text inside an element") }
  }

  private static func local(_ name: [UInt8]) -> ArraySlice<UInt8> {
    name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name[...]
  }
}
