/// A command line as words, split as a shell splits them (POSIX, Shell Command Language, 2.2 Quoting). No shell runs it:
/// there are no variables, pipes or globs.
enum ShellWords {
  /// In half a sentence.
  struct SplitError: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  static func split(_ text: String) throws(SplitError) -> [String] {
    var words: [String] = []
    // Nil between words; an empty pair of quotes is a word too.
    var word: String.UnicodeScalarView?
    var quote: Unicode.Scalar?
    var isEscaped = false
    func add(_ scalar: Unicode.Scalar) {
      if word == nil { word = .init() }
      word?.append(scalar)
    }
    for scalar in text.unicodeScalars {
      switch (quote, scalar) {
      case (_, "\0"): throw SplitError(description: "contains a NUL character")
      case (let open, _) where isEscaped:
        isEscaped = false
        if open != nil, !"$`\"\\\n".unicodeScalars.contains(scalar) { add("\\") }
        if scalar != "\n" { add(scalar) }
      case (nil, "\\"), ("\"", "\\"): isEscaped = true
      case (nil, "'"), (nil, "\""):
        quote = scalar
        word = word ?? .init()
      case (let open?, _) where open == scalar: quote = nil
      case (nil, " "), (nil, "\t"), (nil, "\n"), (nil, "\r"):
        if let finished = word { words.append(String(finished)) }
        word = nil
      default: add(scalar)
      }
    }
    if let quote { throw SplitError(description: "opens a quote (\(quote)) and never closes it") }
    guard !isEscaped else { throw SplitError(description: "ends in a backslash, which quotes nothing") }
    if let word { words.append(String(word)) }
    guard let program = words.first, !program.isEmpty else { throw SplitError(description: "is empty") }
    return words
  }
}
