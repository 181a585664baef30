import Testing

@testable import Settings

private enum Color: String, CaseIterable { case red, green }

struct SettingTableTests {
  private static let url = Setting<[String]>(
    "queue-url", placeholder: "URL", standard: [], standardText: "none", meaning: "the queue", isRepeatable: true
  ) { texts throws(SettingFault) in
    guard texts.allSatisfy({ $0.hasPrefix("http") }) else { throw SettingFault("is no URL") }
    return texts
  }.required.beanstalk("WorkerQueueURL")
  private static let count = Setting<Int>.integer(
    "http-connections", 1...1000, standard: 50, meaning: "messages at once")
  private static let wait = Setting<Duration>.seconds("connect-timeout", 1...60, standard: 5, meaning: "patience")
  private static let limit = Setting<Duration?>.seconds("job-timeout", 1...60, unset: "none", meaning: "time")
  private static let alone = Setting<Bool>.toggle("cron-alone", meaning: "no other")
  private static let beat = Setting<Bool>.toggle("heartbeat", standard: true, meaning: "extends")
  private static let color = Setting<Color>.choice("color", standard: .red, meaning: "hue")
  private static let table = Setting<String?>.text("cron-table", placeholder: "NAME", unset: "none", meaning: "claims")
    .later

  private let settings = SettingTable(
    program: "demo", summary: "does things.", environmentPrefix: "DEMO",
    commands: [.init("run", "works"), .init("health", "probes")],
    declarations: [
      url.declaration, count.declaration, wait.declaration, limit.declaration, alone.declaration, beat.declaration,
      color.declaration, table.declaration,
    ])

  private func parse(_ arguments: [String], _ environment: [String: String] = [:]) throws -> ParsedSettings {
    guard
      case .run(_, let parsed) = try settings.parse(
        arguments: arguments + ["--queue-url", "http://q"], environment: environment)
    else { throw SettingsError(["not a run"]) }
    return parsed
  }

  private func faults(_ arguments: [String], _ environment: [String: String] = [:]) -> [String] {
    do {
      _ = try settings.parse(arguments: arguments, environment: environment)
      return []
    } catch { return error.faults }
  }

  @Test func `nothing given means the defaults`() throws {
    let parsed = try parse([])
    #expect(parsed[Self.count] == 50)
    #expect(parsed[Self.wait] == .seconds(5))
    #expect(parsed[Self.limit] == nil)
    #expect(parsed[Self.color] == .red)
    #expect(!parsed[Self.alone])
    #expect(parsed[Self.beat])
    #expect(parsed.origin(of: Self.count) == .standard)
  }

  @Test func `a flag wins over the environment, and both say where a value came from`() throws {
    let parsed = try parse(
      ["--http-connections=7", "--cron-alone", "--job-timeout", "9"],
      ["DEMO_HTTP_CONNECTIONS": "8", "DEMO_COLOR": "GREEN", "DEMO_HEARTBEAT": "off"])
    #expect(parsed[Self.count] == 7)
    #expect(parsed.origin(of: Self.count) == .flag)
    #expect(parsed[Self.color] == .green)
    #expect(parsed.origin(of: Self.color) == .environment("DEMO_COLOR"))
    #expect(parsed[Self.alone])
    #expect(!parsed[Self.beat])
    #expect(parsed[Self.limit] == .seconds(9))
  }

  @Test func `repeatable flags add up, the environment separates by commas, an empty variable is unset`() throws {
    #expect(try parse(["--queue-url=http://a"])[Self.url] == ["http://a", "http://q"])
    guard
      case .run(_, let parsed) = try settings.parse(arguments: [], environment: ["DEMO_QUEUE_URL": "http://a,http://b"])
    else { return }
    #expect(parsed[Self.url] == ["http://a", "http://b"])
    #expect(faults([], ["DEMO_QUEUE_URL": ""]) == ["--queue-url is required (or set DEMO_QUEUE_URL): the queue"])
  }

  @Test func `every fault of a start is said at once, each with its place and its range`() {
    #expect(
      faults(["--http-connections=0", "--colour", "red"], ["DEMO_CONNECT_TIMEOUT": "5m", "DEMO_QUEUE_URL": "ftp"]) == [
        "unknown option --colour, did you mean --color?",
        "DEMO_QUEUE_URL: \"ftp\" is no URL",
        "--http-connections: \"0\" is not a whole number from 1 to 1000",
        "DEMO_CONNECT_TIMEOUT: \"5m\" is not a whole number from 1 to 60",
      ])
  }

  @Test(arguments: ["", "-1", "+5", " 5", "1001", "5.0", "99999999999999999999", "٣", "0x5"])
  func `what is no count in range is refused`(text: String) {
    #expect(faults(["--queue-url", "http://q", "--http-connections=\(text)"]).count == 1)
  }

  @Test func `a flag without its value names the form`() {
    #expect(faults(["--queue-url", "http://q", "--color"]) == ["--color needs a value: --color red|green"])
    #expect(faults(["--queue-url", "http://q", "--color", "--cron-alone"]).count == 1)
  }

  @Test func `a setting of a later version is refused by name, from a flag and from the environment`() {
    #expect(
      faults(["--queue-url", "http://q", "--cron-table", "t"]) == ["--cron-table: not available yet in this version"])
    #expect(faults(["--queue-url", "http://q"], ["DEMO_CRON_TABLE": "t"]).count == 1)
  }

  @Test func `commands: the first by default, others need no required setting, help and version win`() throws {
    guard case .run("run", _) = try settings.parse(arguments: ["--queue-url", "http://q"], environment: [:]) else {
      Issue.record("not run")
      return
    }
    guard case .run("health", _) = try settings.parse(arguments: ["health"], environment: [:]) else {
      Issue.record("not health")
      return
    }
    guard case .help = try settings.parse(arguments: ["run", "--help"], environment: [:]) else {
      Issue.record("not help")
      return
    }
    guard case .version = try settings.parse(arguments: ["--version"], environment: [:]) else {
      Issue.record("not version")
      return
    }
    #expect(faults(["helth", "--queue-url=http://q"]) == ["unknown command \"helth\", did you mean health?"])
  }

  @Test func `a misspelt variable is noted, a stranger's is not`() throws {
    let notes = try parse([], ["DEMO_HTTP_CONECTIONS": "1", "DEMO_ZEBRA_STRIPES_WIDE": "1", "PATH": "/"]).notes
    #expect(
      notes == ["the environment variable DEMO_HTTP_CONECTIONS means nothing here, did you mean DEMO_HTTP_CONNECTIONS?"]
    )
  }

  @Test func `help and the table name every setting with variable, default and Beanstalk's option`() {
    for declaration in settings.declarations {
      #expect(settings.help.contains("  --\(declaration.name)"))
      #expect(settings.help.contains("[\(declaration.environmentVariable(prefix: "DEMO"))]"))
      #expect(settings.markdown.contains("| `--\(declaration.name)`"))
    }
    #expect(settings.markdown.contains("| `--queue-url` (repeatable) | WorkerQueueURL | required | The queue. |"))
    #expect(settings.markdown.contains("| `--cron-table` | – | none | Not available yet. Claims. |"))
    #expect(settings.help.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }

  @Test func `a very long word is near to nothing`() {
    #expect(nearest(to: String(repeating: "x", count: 1_000_000), among: ["color"]) == nil)
  }
}
