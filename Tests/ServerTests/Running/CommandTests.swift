import TestSupport
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct CommandTests {
  @Test(arguments: [
    ("php artisan schedule:run", ["php", "artisan", "schedule:run"]),
    ("  a \t b \n c  ", ["a", "b", "c"]),
    ("sh -c 'echo \"$A\" | wc'", ["sh", "-c", "echo \"$A\" | wc"]),
    (#"a "b c" d"#, ["a", "b c", "d"]),
    (#"a b\ c"#, ["a", "b c"]),
    (#"a "b\"c\\d\ne\$f""#, ["a", #"b"c\d\ne$f"#]),
    (#"a 'b\c'"#, ["a", #"b\c"#]),
    (#"a"b"'c'd"#, ["abcd"]),
    (#"a '' """#, ["a", "", ""]),
    ("a \\\n b", ["a", "b"]),
    ("a\\\nb", ["ab"]),
    ("a \"b\\\nc\"", ["a", "bc"]),
    (#"a \'b"#, ["a", "'b"]),
    ("a #b", ["a", "#b"]),
    ("grüße 'ß ü'", ["grüße", "ß ü"]),
    (#"a --x='b c'"#, ["a", "--x=b c"]),
  ])
  func `words are split as a shell splits them`(text: String, words: [String]) throws {
    #expect(try Command(parsing: text).words == words)
  }

  @Test(arguments: [
    ("", "the command is empty"),
    ("   \t", "the command is empty"),
    ("'' a", "the command is empty"),
    ("a 'b", "a single quote (') is opened and never closed"),
    ("a \"b", "a double quote (\") is opened and never closed"),
    ("a \"b\\\"", "a double quote (\") is opened and never closed"),
    ("a b\\", "the command ends in a backslash, which quotes nothing"),
    ("a\0b", "the command contains a NUL character"),
  ])
  func `a command that cannot be run is refused with the reason`(text: String, reason: String) {
    #expect(throws: CommandError(reason)) { try Command(parsing: text) }
  }

  @Test(arguments: ["a | b", "a > b", "a && b", "a; b", "a $HOME", "a `b`", "a *.php", "(a)"])
  func `a command written for a shell gets a warning`(text: String) throws {
    #expect(try Command(parsing: text).warning?.contains("sh -c") == true)
  }

  @Test(arguments: ["sh -c 'a | b'", #"a "$b""#, #"a \> b"#, "php artisan queue:run --tries=3"])
  func `quoted characters get none`(text: String) throws {
    #expect(try Command(parsing: text).warning == nil)
  }

  @Test func `python's shlex splits a thousand generated lines the same way`() async throws {
    var generator = SeededRandom(seed: 20_260_101)
    // Without $, ` and the line break, which shlex does not treat as a shell does.
    let letters: [Character] = ["a", "b", "é", " ", " ", "\t", "'", "\"", "\\", "\\", "#", "-"]
    let lines = (0..<1000).map { _ in
      String(
        (0..<Int.random(in: 0...14, using: &generator)).map { _ in letters.randomElement(using: &generator) ?? "a" })
    }
    let script = """
      import shlex, sys
      for line in sys.stdin.buffer.read().split(b"\\n"):
        try: print("+" + "".join(word.encode().hex() + "," for word in shlex.split(line.decode())))
        except ValueError: print("-")
      """
    let result = try await JobProbe().run(
      Job(
        Command(words: "python3", "-c", script), environment: CStringList(["PATH=\(ProgramSearch.standardPath)"]),
        searchPath: "/usr/bin:/usr/local/bin:" + ProgramSearch.standardPath,
        input: Array(lines.joined(separator: "\n").utf8)))
    try #require(result.end.succeeded, "\(result.text(.stderr))")
    try #require(result.text().count == lines.count)
    var splits = 0
    for (line, answer) in zip(lines, result.text()) {
      let ours = try? Command(parsing: line).words
      let theirs =
        answer == "-" ? nil : answer.dropFirst().split(separator: ",", omittingEmptySubsequences: false).dropLast()
      // An empty program is no error to shlex.
      guard let theirs, let first = theirs.first, !first.isEmpty else {
        #expect(ours == nil, "\(line)")
        continue
      }
      splits += 1
      #expect(ours?.map { $0.utf8.map { hex($0) }.joined() } == theirs.map(String.init), "\(line)")
    }
    #expect(splits > 200)
  }

  private func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}
