/// A command line from the settings, split into words as a shell splits them. No shell runs it: there are no
/// variables, pipes or globs.
struct Command: Sendable, Equatable {
  /// At least one; the first is the program.
  let words: [String]
  /// An unquoted character that would mean something to a shell: the author probably expects one.
  let shellCharacter: Character?

  var program: String { words[0] }

  /// A sentence for the start when the command looks as if it were written for a shell.
  var warning: String? {
    shellCharacter.map {
      "no shell runs the command, so the unquoted \($0) in it is passed to the program as it is; "
        + "for a shell write: sh -c '…'"
    }
  }

  init(words first: String, _ rest: String...) {
    words = [first] + rest
    shellCharacter = nil
  }

  /// POSIX, Shell Command Language, 2.2 Quoting: a backslash quotes the next character; single quotes quote
  /// everything; within double quotes a backslash quotes only `$`, a backquote, `"`, a backslash and the line break.
  init(parsing text: String) throws(CommandError) {
    var reader = WordReader()
    for scalar in text.unicodeScalars { reader.take(scalar) }
    try reader.finish()
    guard let program = reader.words.first, !program.isEmpty else {
      throw CommandError("the command is empty")
    }
    guard !text.unicodeScalars.contains("\0") else { throw CommandError("the command contains a NUL character") }
    words = reader.words
    shellCharacter = reader.shellCharacter
  }
}

/// Why a text is no command, as a sentence.
struct CommandError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// One pass over the letters of a command line.
private struct WordReader {
  private enum Quote {
    case single, double
  }

  private(set) var words: [String] = []
  private(set) var shellCharacter: Character?
  private var word = String.UnicodeScalarView()
  /// An empty pair of quotes is a word, nothing is none.
  private var isInWord = false
  private var quote: Quote?
  private var isEscaped = false

  mutating func take(_ scalar: Unicode.Scalar) {
    switch (quote, scalar) {
    case (nil, _) where isEscaped:
      isEscaped = false
      if scalar != "\n" { add(scalar) }
    case (.double, _) where isEscaped:
      isEscaped = false
      if !"$`\"\\\n".unicodeScalars.contains(scalar) { add("\\") }
      if scalar != "\n" { add(scalar) }
    case (nil, "\\"), (.double, "\\"): isEscaped = true
    case (.single, "'"), (.double, "\""): quote = nil
    case (nil, "'"): open(.single)
    case (nil, "\""): open(.double)
    case (nil, " "), (nil, "\t"), (nil, "\n"), (nil, "\r"): endWord()
    case (nil, _):
      if "|&;<>()$`*?".unicodeScalars.contains(scalar) { shellCharacter = shellCharacter ?? Character(scalar) }
      add(scalar)
    case (_, _): add(scalar)
    }
  }

  mutating func finish() throws(CommandError) {
    switch quote {
    case .single: throw CommandError("a single quote (') is opened and never closed")
    case .double: throw CommandError("a double quote (\") is opened and never closed")
    case nil: break
    }
    if isEscaped { throw CommandError("the command ends in a backslash, which quotes nothing") }
    endWord()
  }

  private mutating func open(_ kind: Quote) {
    quote = kind
    isInWord = true
  }

  private mutating func add(_ scalar: Unicode.Scalar) {
    word.append(scalar)
    isInWord = true
  }

  private mutating func endWord() {
    guard isInWord else { return }
    words.append(String(word))
    word = String.UnicodeScalarView()
    isInWord = false
  }
}
