import TestSupport
import Testing

@testable import AWS

@Suite struct ShellWordsTests {
  @Test(arguments: [
    ("a b", ["a", "b"]), ("  a\tb\nc ", ["a", "b", "c"]), ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
    ("a''b \"\"", ["ab", ""]), (#"a\ b "c\"d" 'e\f'"#, ["a b", "c\"d", #"e\f"#]), (#""\$x \n""#, [#"$x \n"#]),
    ("/opt/tool --x=$HOME;ls", ["/opt/tool", "--x=$HOME;ls"]), ("a\\\nb", ["ab"]),
  ])
  func `words are split as a shell splits them`(text: String, words: [String]) throws {
    #expect(try ShellWords.split(text) == words)
  }

  @Test(arguments: ["", " ", "'a", "a \"b", "a\\", "''", "a\0b"])
  func `what is no command is refused`(text: String) {
    #expect(throws: ShellWords.SplitError.self) { try ShellWords.split(text) }
  }

  @Test(.timeLimit(.minutes(1))) func `Python's shlex splits generated commands the same way`() async throws {
    var random = SeededRandom(seed: 5)
    // Without what POSIX lets a backslash quote inside double quotes and shlex does not: $ and the backquote.
    let commands = (0..<2_000).map { _ in
      String((0..<Int.random(in: 1...12, using: &random)).map { _ in random.pick(Array("ab '\"\\\t#;é")) })
    }
    let answers = try await BotocoreCredentials.ask(.init(commands: commands)).commands
    try #require(answers.count == commands.count)
    var split = 0
    for (command, expected) in zip(commands, answers) {
      let ours = try? ShellWords.split(command)
      // shlex makes no command of nothing; for us that is an error.
      if let expected, expected.first?.isEmpty == false {
        #expect(ours == expected, "\(command)")
        split += 1
      } else {
        #expect(ours == nil, "\(command)")
      }
    }
    #expect(split > 500)
  }
}
