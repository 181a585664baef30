import Testing

@testable import Settings

/// Files, arguments and switches of commands, and the report.
struct SettingsFileTests {
  private static let url = Setting<[String]>(
    "queue-url", placeholder: "URL", standard: [], standardText: "none", meaning: "the queue", isRepeatable: true
  ) { texts throws(SettingFault) in
    guard texts.allSatisfy({ $0.hasPrefix("http") }) else { throw SettingFault("is no URL") }
    return texts
  }.required
  private static let count = Setting<Int>.integer("http-connections", 1...1000, standard: 50, meaning: "at once")
  private static let wait = Setting<Duration>.seconds("connect-timeout", 1...60, standard: 5, meaning: "patience")
  private static let limit = Setting<Duration?>.seconds("job-timeout", 1...60, unset: "none", meaning: "time")
  private static let config = Setting<String?>.text("config", placeholder: "FILE", unset: "none", meaning: "a file")
  private static let table = Setting<String?>.text("cron-table", placeholder: "NAME", unset: "none", meaning: "claims")
    .later

  private let settings = SettingTable(
    program: "demo", summary: "does things.", environmentPrefix: "DEMO",
    commands: [
      .init("run", "works"), .init("health", "probes"),
      .init("check", "looks", arguments: ["[DIR]"], needsSettings: true),
      .init("move", "moves", arguments: ["FROM", "TO"]),
      .init(
        "show", "shows", options: [.init("json", "for programs"), .init("rows", placeholder: "N", "as many rows")]),
    ],
    declarations: [
      url.declaration, count.declaration, wait.declaration, limit.declaration, config.declaration, table.declaration,
    ])

  private func file(_ entries: [(name: String, texts: [String])]) -> SettingsFile {
    var file = SettingsFile(path: "/f.yaml")
    file.entries = entries.enumerated().map { index, entry in
      .init(entry.name, key: entry.name.replacing("-", with: "_"), entry.texts, line: index + 1)
    }
    return file
  }

  private func parse(
    _ arguments: [String], _ environment: [String: String] = [:], _ file: SettingsFile? = nil
  ) throws(SettingsError) -> (command: String, settings: ParsedSettings) {
    guard
      case .run(let command, let parsed) = try settings.parse(
        arguments: arguments, environment: environment, file: { _ in file })
    else { throw SettingsError(["not a run"]) }
    return (command, parsed)
  }

  private func error(
    _ arguments: [String], _ environment: [String: String] = [:], _ file: SettingsFile? = nil
  ) -> SettingsError {
    do {
      _ = try parse(arguments, environment, file)
      return SettingsError([])
    } catch { return error }
  }

  @Test func `flags win over the environment, the environment over the file, the file over the defaults`() throws {
    let file = file([
      ("queue-url", ["http://file"]), ("http-connections", ["1"]), ("connect-timeout", ["2"]), ("job-timeout", ["3"]),
    ])
    let (_, parsed) = try parse(
      ["--http-connections=10"], ["DEMO_HTTP_CONNECTIONS": "9", "DEMO_CONNECT_TIMEOUT": "20"], file)
    #expect(parsed[Self.count] == 10)
    #expect(parsed.origin(of: Self.count) == .flag)
    #expect(parsed[Self.wait] == .seconds(20))
    #expect(parsed.origin(of: Self.wait) == .environment("DEMO_CONNECT_TIMEOUT"))
    #expect(parsed[Self.limit] == .seconds(3))
    #expect(parsed.origin(of: Self.limit) == .file("/f.yaml", line: 4))
    #expect(parsed.origin(of: Self.limit).description == "/f.yaml:4")
    // What a file requires, a file may give.
    #expect(parsed[Self.url] == ["http://file"])
    #expect(parsed.filePath == "/f.yaml")
  }

  @Test func `the file is asked for once the flags and variables that may name it are known`() throws {
    var named: [String?] = []
    for (arguments, environment) in [
      (["--config", "/a"], [:]), ([], ["DEMO_CONFIG": "/b"]), (["--config=/a"], ["DEMO_CONFIG": "/b"]), ([], [:]),
    ] as [([String], [String: String])] {
      _ = try settings.parse(arguments: ["health"] + arguments, environment: environment) {
        named.append($0[Self.config])
        return nil
      }
    }
    #expect(named == ["/a", "/b", "/a", nil])
    // Nobody who wants help wants to hear of a file.
    _ = try settings.parse(arguments: ["--help"], environment: [:]) { _ in
      Issue.record("the file was read")
      return nil
    }
  }

  @Test func `a wrong value in a file is said with file, line and key, and what it would take`() {
    let file = file([("queue-url", ["ftp"]), ("http-connections", ["0"]), ("connect-timeout", ["5m"])])
    #expect(
      error([], [:], file).faults == [
        "/f.yaml:1: queue_url: \"ftp\" is no URL",
        "/f.yaml:2: http_connections: \"0\" is not a whole number from 1 to 1000",
        "/f.yaml:3: connect_timeout: \"5m\" is not a whole number from 1 to 60",
      ])
    // One that a flag or a variable overrides does no harm.
    #expect(
      error(["--queue-url=http://a", "--connect-timeout=1"], ["DEMO_HTTP_CONNECTIONS": "1"], file).faults.isEmpty)
  }

  @Test func `of two entries for one setting the last counts, and a setting may have several texts`() throws {
    let (_, parsed) = try parse(
      [], [:],
      file([("http-connections", ["1"]), ("http-connections", ["2"]), ("queue-url", ["http://a", "http://b"])]))
    #expect(parsed[Self.count] == 2)
    #expect(parsed[Self.url] == ["http://a", "http://b"])
  }

  @Test func `what a later version will have is a note in a file, and still a fault elsewhere`() throws {
    let file = file([("queue-url", ["http://a"]), ("cron-table", ["t"])])
    let (_, parsed) = try parse([], [:], file)
    #expect(parsed.notes == ["/f.yaml:2: cron_table stands for --cron-table, which is not available yet: ignored"])
    #expect(error(["--cron-table", "t"], [:], file).faults == ["--cron-table: not available yet in this version"])
  }

  @Test func `a file that is unread, or wrong about a required setting, does not make it missing as well`() {
    #expect(error([], [:], SettingsFile(path: "/f", unread: "/f cannot be read")).faults == ["/f cannot be read"])
    var wrong = SettingsFile(path: "/f")
    wrong.addFault("/f:1: queue_url: a mapping", for: "queue-url")
    #expect(error([], [:], wrong).faults == ["/f:1: queue_url: a mapping"])
    wrong = SettingsFile(path: "/f")
    wrong.addFault("/f:1: other", for: nil)
    #expect(error([], [:], wrong).faults.count == 2)
  }

  @Test func `an error carries the notes: a misspelt variable is often why a setting is missing`() {
    let error = error([], ["DEMO_QUEUE_URI": "http://a"])
    #expect(error.faults.count == 1)
    #expect(error.notes == ["the environment variable DEMO_QUEUE_URI means nothing here, did you mean DEMO_QUEUE_URL?"])
  }

  @Test func `a value is shown short, without what a terminal obeys, and not at all if it may hold a password`() {
    let file = file([
      ("queue-url", ["x\u{1B}[31m\u{202E}"]), ("http-connections", [String(repeating: "9", count: 500)]),
    ])
    let faults = error([], [:], file).faults
    #expect(faults[0] == "/f.yaml:1: queue_url: \"x\\u{1B}[31m\\u{202E}\" is no URL")
    #expect(faults[1].count < 300)
    #expect(error(["--queue-url", "u:secret@h"]).faults == ["--queue-url: what is given is no URL"])
  }

  @Test func `words after a command are its arguments, as many as it has`() throws {
    #expect(try parse(["check", "dir", "--queue-url=http://a"]).settings.arguments == ["dir"])
    #expect(try parse(["--queue-url=http://a", "check"]).settings.arguments.isEmpty)
    #expect(try parse(["move", "a", "b"]).settings.arguments == ["a", "b"])
    #expect(error(["move", "a"]).faults == ["demo move needs TO"])
    #expect(error(["check", "a", "b", "--queue-url=http://a"]).faults == ["unexpected argument \"b\""])
    #expect(error(["health", "a"]).faults == ["unexpected argument \"a\""])
    // The argument of a command that is none is not a second fault.
    #expect(error(["helth", "a"]).faults == ["unknown command \"helth\", did you mean health?"])
  }

  @Test func `a switch belongs to its command`() throws {
    #expect(try parse(["show", "--json"]).settings.options == ["json": ""])
    #expect(try parse(["--json", "show"]).settings.options == ["json": ""])
    #expect(try parse(["show"]).settings.options.isEmpty)
    #expect(error(["health", "--json"]).faults == ["--json belongs to demo show"])
  }

  @Test func `an option of a command may take a value, of which the last counts`() throws {
    for arguments in [["show", "--rows", "3"], ["--rows=3", "show"], ["show", "--rows=1", "--rows", "3"]] {
      #expect(try parse(arguments).settings.options == ["rows": "3"])
    }
    #expect(try parse(["show", "--rows=a=-b"]).settings.options == ["rows": "a=-b"])
    #expect(try parse(["show", "--rows="]).settings.options == ["rows": ""])
    #expect(error(["show", "--rows"]).faults == ["--rows needs a value: --rows N"])
    #expect(error(["show", "--rows", "--json"]).faults == ["--rows needs a value: --rows N"])
    #expect(error(["health", "--rows=3"]).faults == ["--rows belongs to demo show"])
    #expect(error(["show", "--row=3"]).faults.first?.hasPrefix("unknown option --row") == true)
    // A switch takes none.
    #expect(error(["show", "--json=1"]).faults == ["unknown option --json"])
  }

  @Test func `a text that is too long for a report is told by its length`() throws {
    let text = Setting<String?>(
      "text", placeholder: "TEXT", standard: nil, standardText: "none", hasStandard: false, meaning: "words"
    ) { texts throws(SettingFault) in texts.last }.shownByLength
    let table = SettingTable(
      program: "demo", summary: "", environmentPrefix: "DEMO", commands: [.init("run", "")],
      declarations: [text.declaration])
    guard case .run(_, let parsed) = try table.parse(arguments: [], environment: ["DEMO_TEXT": "two\nlines"]) else {
      return
    }
    #expect(parsed[text] == "two\nlines")
    #expect(table.report(parsed) == "text  (9 bytes)  environment variable DEMO_TEXT")
  }

  @Test func `a command that starts no work may still insist on what is required`() {
    #expect(error(["check"]).faults.count == 1)
    #expect(error(["show"]).faults.isEmpty)
  }

  @Test func `help shows the arguments and switches of commands`() {
    #expect(settings.help.contains("\n  check [DIR]   looks\n"))
    #expect(settings.help.contains("\n      --json: for programs\n      --rows N: as many rows\n"))
  }

  @Test func `the report has one line a setting: name, value with its unit, origin`() throws {
    let (_, parsed) = try parse(
      ["--queue-url=http://a", "--queue-url=http://b"], ["DEMO_JOB_TIMEOUT": "7"], file([("http-connections", ["9"])]))
    #expect(
      settings.report(parsed) == """
        queue-url         http://a, http://b  flag
        http-connections  9                   /f.yaml:1
        connect-timeout   5 s                 default
        job-timeout       7 s                 environment variable DEMO_JOB_TIMEOUT
        config            none                default
        cron-table        none                not available yet
        """)
  }

  @Test func `for programs the report has values as they could be given, and null for none`() throws {
    let (_, parsed) = try parse(["--queue-url=http://a"])
    let rows = settings.rows(of: parsed)
    #expect(rows.map(\.value) == ["http://a", "50", "5", nil, nil, nil])
    #expect(rows.map(\.unit) == [nil, nil, "s", "s", nil, nil])
    #expect(rows.map(\.standard) == ["none", "50", "5 s", "none", "none", "none"])
    #expect(rows.map(\.range) == [nil, "1–1000", "1–60 s", "1–60 s", nil, nil])
    #expect(rows.map(\.isAvailable) == [true, true, true, true, true, false])
    #expect(rows[1].variable == "DEMO_HTTP_CONNECTIONS")
  }
}
