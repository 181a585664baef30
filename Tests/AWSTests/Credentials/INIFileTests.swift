import TestSupport
import Testing

@testable import AWS

@Suite struct INIFileTests {
  @Test func `sections, keys, comments, indentation, line ends`() {
    let file = INIFile(
      """
      # a comment
      [default]\r
      Region = eu-west-1\r
      output=json ; another comment
      empty =

      [profile dev]   # and one more
        s3 =
          addressing_style = path
          # inside

          max = 5
        aws_secret_access_key = a=b#c;d==
        credential_process = /bin/tool one
            two
      [default]
      region = eu-west-2
      """)
    #expect(file.faults.isEmpty)
    #expect(
      file.sections["default"]
        == INIFile.Section(values: ["region": "eu-west-2", "output": "json", "empty": ""]))
    #expect(
      file.sections["profile dev"]
        == INIFile.Section(
          values: [
            "s3": "", "aws_secret_access_key": "a=b#c;d==", "credential_process": "/bin/tool one\ntwo",
          ], nested: ["s3": ["addressing_style": "path", "max": "5"]]))
  }

  @Test(arguments: [
    ("a = 1", "line 1 stands before the first section"), ("\n[x", "line 2 opens a [ and closes none"),
    ("[]", "line 1 is no section like [default]"), ("[x] y", "line 1 is no section like [default]"),
  ])
  func `a fault outside a section is one of the file`(text: String, fault: String) {
    #expect(INIFile(text).faults == [fault])
  }

  @Test func `a line that cannot be read is a fault of its section, named by its number and not shown`() {
    let file = INIFile("[a]\nsecret\n[b]\nk = v\n[c]\nk =\n  secret\n= secret\n")
    #expect(file.faults.isEmpty)
    #expect(file.sections["a"]?.faults == ["line 2 has no = after a key"])
    #expect(file.sections["b"]?.faults == [])
    #expect(file.sections["c"]?.faults == ["line 7 has no = after a key", "line 8 has no = after a key"])
  }

  @Test(.timeLimit(.minutes(1))) func `botocore reads generated files the same way`() async throws {
    var random = SeededRandom(seed: 3)
    let cases = (0..<400).map { _ in generated(&random) }
    let answers = try await BotocoreCredentials.ask(.init(profiles: cases)).profiles
    try #require(answers.count == cases.count)
    var compared = 0
    for (example, answer) in zip(cases, answers) {
      // botocore refuses a file for any line in it, we a profile for a line of its own.
      guard let values = answer.values else { continue }
      let folder = try TemporaryFolder()
      try folder.write("config", example.config)
      try folder.write("credentials", example.credentials)
      let profile = try #require(try ProfileFiles(environment: folder.environment).profile(example.profile))
      var ours = profile.config?.values ?? [:]
      for (key, value) in profile.credentials?.values ?? [:] { ours[key] = value }
      let nested = (profile.config?.nested ?? [:]).merging(profile.credentials?.nested ?? [:]) { $1 }
      for key in nested.keys { ours[key] = nil }
      #expect(ours == values, "\(example)")
      #expect(nested == answer.nested ?? [:], "\(example)")
      compared += 1
    }
    #expect(compared > 100)
  }

  /// Without what we do differently on purpose: comments after a value, ":" between key and value, a name twice.
  private func generated(_ random: inout SeededRandom) -> BotocoreCredentials.ProfileCase {
    func section(_ header: String) -> String {
      var keys = ["region", "Output", "aws_access_key_id", "aws_secret_access_key", "role_session_name", "s3"]
      var text = "\(random.pick(["", "# x\n", "\n", ";[y]\n"]))[\(header)]\(random.pick(["", " ", "\r"]))\n"
      for _ in 0..<Int.random(in: 0...5, using: &random) where !keys.isEmpty {
        let key = keys.remove(at: Int.random(in: keys.indices, using: &random))
        let end = random.pick(["\n", "\r\n", " \n", "\n\n", "\n# comment\n"])
        if key == "s3" {
          text += "s3 =\(end)"
          for inner in 0..<Int.random(in: 1...3, using: &random) {
            text += "\(random.pick(["  ", "\t", "      "]))k\(inner)\(random.pick(["=", " = "]))v\(inner)\n"
          }
        } else {
          text +=
            key + random.pick(["=", " = ", "= ", "\t=\t"]) + random.pick(["a", "b=c", "d;e", "é f", "g#h", ""]) + end
        }
        if random.pick([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]) == 1 { text += "nonsense\n" }
      }
      return text
    }
    let name = random.pick(["default", "dev", "a b"])
    let header = name == "default" ? name : random.pick(["profile \"\(name)\"", "profile '\(name)'"])
    return .init(
      config: section(header) + section("profile other"), credentials: section(name) + section("other"), profile: name)
  }

  @Test func `any bytes at all make a file or a fault, in time that grows with the length`() throws {
    var random = SeededRandom(seed: 4)
    let pieces = ["[", "]", "=", "\n", "\r", " ", "\t", "#", ";", "a", "profile ", "default", "é", "\0", "\u{FEFF}"]
    for _ in 0..<3_000 {
      let text = (0..<Int.random(in: 0...60, using: &random)).map { _ in random.pick(pieces) }.joined()
      let file = INIFile(text)
      for section in file.sections.values { #expect(section.values.keys.allSatisfy { !$0.isEmpty }) }
    }
    let long = "[a]\nk = x\n" + String(repeating: " y\n", count: ProfileFiles.sizeLimit / 4)
    #expect(INIFile(long).sections["a"]?.values["k"]?.utf8.count == 1 + ProfileFiles.sizeLimit / 2)
  }
}
