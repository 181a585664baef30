import Foundation
import Logging
import Settings
import TestSupport
import Testing
import YAML

@testable import Daemon

struct ConfigurationFileTests {
  private static let queue = "queue_url: https://sqs.eu-west-1.amazonaws.com/123456789012/jobs\n"

  private func read(_ text: String) throws -> SettingsFile {
    ConfigurationKeys.read(
      try YAMLNode(parsing: Array(text.utf8), limits: ConfigurationFile.limits), path: "f", table: SqsdSettings.table)
  }

  private func settings(_ text: String, _ arguments: [String] = []) throws -> ParsedSettings {
    let file = try read(Self.queue + text)
    guard
      case .run(_, let settings) = try SqsdSettings.table.parse(
        arguments: arguments, environment: [:], file: { _ in file })
    else { throw SettingsError(["no run"]) }
    return settings
  }

  private func faults(_ text: String) throws -> [String] {
    do {
      _ = try settings(text)
      return []
    } catch let error as SettingsError { return error.faults }
  }

  @Test func `aws-sqsd's own keys mean what they meant`() throws {
    let settings = try settings(
      """
      http_path: /queue
      http_port: 8080
      http_connections: 10
      mime_type: text/plain
      connect_timeout: 6
      inactivity_timeout: 1800
      visibility_timeout: 2100
      drain_timeout: 600
      environment_name: my-env
      """)
    #expect(settings[SqsdSettings.queueURL].map(\.name) == ["jobs"])
    #expect(settings[SqsdSettings.httpURL].origin == "http://localhost:8080")
    #expect(settings.origin(of: SqsdSettings.httpURL) == .file("f", line: 3))
    #expect(settings[SqsdSettings.httpPath].text == "/queue")
    #expect(settings[SqsdSettings.httpConnections] == 10)
    #expect(settings[SqsdSettings.mimeType] == "text/plain")
    #expect(settings[SqsdSettings.connectTimeout] == .seconds(6))
    #expect(settings[SqsdSettings.inactivityTimeout] == .seconds(1800))
    #expect(settings[SqsdSettings.visibilityTimeout] == .seconds(2100))
    #expect(settings[SqsdSettings.drainTimeout] == .seconds(600))
    #expect(settings.notes == ["f:10: environment_name has no counterpart: nothing is sent to CloudWatch under it"])
  }

  @Test(arguments: ["error_visibility_timeout: 2", "retention_period: 345600", "registry_table: t", "healthcheck: /up"])
  func `keys of settings that may not be available yet never keep it from starting`(text: String) throws {
    #expect(try faults(text).isEmpty)
  }

  @Test func `every setting of ours has a key, whatever it takes, and in quotes or not`() throws {
    let settings = try settings("success: 200\nadmin_address: \"off\"\nlog_format: 'json'\nuser_agent: aws-sqsd/9\n")
    #expect(settings[SqsdSettings.success] == .only200)
    #expect(settings[SqsdSettings.adminAddress] == nil)
    #expect(settings[SqsdSettings.userAgent] == "aws-sqsd/9")
    for declaration in SqsdSettings.table.declarations where declaration.name != "config" {
      let key = declaration.name.replacing("-", with: "_")
      #expect(try read("\(key): x\n").notes.isEmpty, "\(key)")
    }
    #expect(try read("config: /other\n").notes.first?.contains("not read") == true)
  }

  @Test func `a key without a value is as if it were not there`() throws {
    let settings = try settings("http_path:\nhttp_connections: ~\nhttp_port:\nhealthcheck:\ndebug:\n")
    #expect(settings.origin(of: SqsdSettings.httpPath) == .standard)
    #expect(settings.origin(of: SqsdSettings.httpConnections) == .standard)
    #expect(settings[SqsdSettings.httpURL] == .beanstalk)
    #expect(settings.notes.isEmpty)
  }

  @Test(arguments: [
    ("http_url: http://localhost", "http://localhost"), ("http_port: 81", "http://localhost:81"),
    ("http_url: http://app\nhttp_port: 81", "http://app:81"), ("http_port: 81\nhttp_url: http://app/", "http://app:81"),
    ("http_url: http://[::1]\nhttp_port: 81", "http://[::1]:81"),
    ("http_url: http://[::1]:82\nhttp_port: 81", "http://[::1]:82"),
    ("http_url: http://app:82\nhttp_port: 81", "http://app:82"), ("http_url: unix:/a\nhttp_port: 81", "unix:/a"),
    ("http_url: https://app\nhttp_port: 443", "https://app:443"), ("http_url:\nhttp_port: 81", "http://localhost:81"),
  ])
  func `http_url and http_port make one address`(text: String, address: String) throws {
    let settings = try settings(text)
    #expect(settings[SqsdSettings.httpURL].description == address)
    // A port that is not used is said.
    #expect(settings.notes.count == (address.hasSuffix(":82") || address.hasPrefix("unix") ? 1 : 0))
  }

  @Test func `a flag replaces both, whatever they say`() throws {
    #expect(
      try settings("http_url: [x]\nhttp_port: x\n", ["--http-url=http://b:5"])[SqsdSettings.httpURL].origin
        == "http://b:5")
    let settings = try settings("http_url: http://a\nhttp_port: 81\n", ["--http-url", "http://b:5"])
    #expect(settings[SqsdSettings.httpURL].origin == "http://b:5")
  }

  @Test(arguments: [
    ("debug: true", "debug"), ("verbose: yes", "info"), ("quiet: on", "warning"), ("quiet: true\ndebug: 1", "debug"),
    ("verbose: true\nquiet: true", "info"), ("debug: true\nlog_level: error", "error"),
    ("log_level: error\ndebug: true", "error"), ("debug: false\nquiet: true", "warning"), ("quiet: false", "info"),
  ])
  func `aws-sqsd's switches for its log choose a level, and our own key decides`(text: String, level: String) throws {
    #expect(try settings(text)[SqsdSettings.logLevel].rawValue == level)
  }

  @Test(
    arguments: [
      ("healthcheck: TCP:80", nil), ("healthcheck: tcp:8080", nil), ("healthcheck: /up", "/up"),
      ("healthcheck: HTTP:80/up/x", "/up/x"), ("health_path: /up", "/up"),
    ] as [(String, String?)])
  func `a health check is TCP or a path`(text: String, path: String?) throws {
    let file = try read(text)
    #expect(file.entries.first?.texts.first == path)
    #expect(file.entries.first.map(\.name) == path.map { _ in "health-path" })
    #expect(file.notes.isEmpty)
  }

  @Test func `what is no health check is noted`() throws {
    #expect(try read("healthcheck: maybe\n").notes == ["f:1: healthcheck is neither TCP:PORT nor a path: ignored"])
  }

  @Test func `the registry table is the table of ticks, and a negative error visibility is off`() throws {
    #expect(try read("registry_table: t\n").entries == [.init("cron-table", key: "registry_table", ["t"], line: 1)])
    #expect(try read("error_visibility_timeout: -1\n").entries.isEmpty)
    #expect(try read("error_visibility_timeout: 2\n").entries.map(\.texts) == [["2"]])
    // Not a number at all is still wrong, once the setting is there.
    #expect(try read("error_visibility_timeout: -x\n").entries.map(\.texts) == [["-x"]])
  }

  @Test func `keys of aws-sqsd that mean nothing here are noted by name, unknown ones with what was probably meant`()
    throws
  {
    for name in FormerKeys.names {
      let notes = try read("\(name): 1\n").notes
      #expect(notes.count == 1)
      #expect(notes[0].hasPrefix("f:1: \(name) has no counterpart: "))
      #expect(SqsdSettings.table.declarations.allSatisfy { $0.name.replacing("-", with: "_") != name })
    }
    #expect(
      try read("http_conections: 5\nhttp-path: /a\nhealthchek: /\nzebra: {a: [1]}\n").notes == [
        "f:1: http_conections means nothing here, did you mean http_connections?",
        "f:2: http-path means nothing here, did you mean http_path?",
        "f:3: healthchek means nothing here, did you mean healthcheck?", "f:4: zebra means nothing here",
      ])
  }

  @Test func `of a key that is there twice the last counts, and it is said`() throws {
    let settings = try settings("http_connections: 5\nvisibility_timeout: 1\nhttp_connections: 6\n")
    #expect(settings[SqsdSettings.httpConnections] == 6)
    #expect(settings.notes == ["f:4: http_connections is there a second time (first on line 2): the last one counts"])
    // The first may even be wrong.
    #expect(try faults("http_connections: 0\nhttp_connections: 6\n").isEmpty)
  }

  @Test(arguments: [
    ("http_connections: 0", "f:2: http_connections: \"0\" is not a whole number from 1 to 1000"),
    ("http_connections: 1.5", "f:2: http_connections: \"1.5\" is not a whole number from 1 to 1000"),
    ("http_connections: [5]", "f:2: http_connections: a list where one value belongs (1–1000)"),
    ("http_connections: {a: 5}", "f:2: http_connections: a mapping where a value belongs (1–1000)"),
    ("http_port: [1]", "f:2: http_port: a list where one value belongs"),
    ("http_url: {a: b}", "f:2: http_url: a mapping where a value belongs (URL)"),
    ("http_port: 0", "f:2: http_port: \"0\" is not a whole number from 1 to 65535"),
    ("http_port: http", "f:2: http_port: \"http\" is not a whole number from 1 to 65535"),
    ("http_url: ftp://x", "f:2: http_url: \"ftp://x\" does not begin with http://, https:// or unix:/"),
    ("http_url: http://u:secret@h", "f:2: http_url: what is given has a host, letters that no host has"),
    ("debug: maybe", "f:2: debug: \"maybe\" is neither on nor off"),
    ("http_path: queue", "f:2: http_path: \"queue\" is not a path"),
    ("success: maybe", "f:2: success: \"maybe\" is not one of 2xx, 200"),
  ])
  func `a wrong value is a fault with file, line, key and what it would take`(text: String, fault: String) throws {
    let faults = try faults(text)
    #expect(faults.count == 1)
    #expect(faults.first?.hasPrefix(fault.replacing("what is given has a", with: "what is given has no")) == true)
    #expect(faults.first?.contains("secret") == false)
  }

  @Test func `the queue may be a list, once a setting takes several`() throws {
    let url = Setting<[String]>(
      "queue-url", placeholder: "URL", standard: [], standardText: "none", meaning: "queues", isRepeatable: true
    ) { texts throws(SettingFault) in texts }
    let table = SettingTable(
      program: "demo", summary: "", environmentPrefix: "DEMO", commands: [], declarations: [url.declaration])
    func read(_ text: String) throws -> SettingsFile {
      ConfigurationKeys.read(try YAMLNode(parsing: Array(text.utf8)), path: "f", table: table)
    }
    #expect(try read("queue_url:\n- http://a\n- http://b=/x,y\n").entries[0].texts == ["http://a", "http://b=/x,y"])
    #expect(try read("queue_url: http://a,http://b\n").entries[0].texts == ["http://a", "http://b"])
    #expect(try read("queue_url: [a, {b: c}]\n").faults.map(\.text) == ["f:1: queue_url: not a list of values (URL)"])
    #expect(try read("queue_url: []\n").faults.count == 1)
  }

  @Test(arguments: ["- a\n- b\n", "just text\n", "[1]"])
  func `a file that is no list of keys is refused`(text: String) throws {
    #expect(try read(text).faults.map(\.text) == ["f:1: no settings: write one a line, as in http_path: /queue"])
  }

  @Test(arguments: ["", "# nothing\n", "---\n"])
  func `an empty file says nothing`(text: String) throws {
    let file = try read(text)
    #expect(file.entries.isEmpty && file.notes.isEmpty && file.faults.isEmpty)
  }

  @Test func `no file makes more than some notes, whatever is in it`() throws {
    let file = try read((0..<1000).map { "k\($0): 1\nk\($0): 2\n" }.joined())
    #expect(file.notes.count == 51)
    #expect(file.notes.last == "f: 1950 more such notes")
    let long = try read("? \"\(String(repeating: "k", count: 10_000))\\e[31m\"\n: 1\n")
    #expect(long.notes.first.map { $0.utf8.count < 300 } == true)
  }

  @Test func `mutations of a real file never crash, and every sentence names the file`() throws {
    let sound = Array(
      (Self.queue + "http_url: http://localhost\nhttp_port: 80\nthreads: 30\ndebug: false\nhttp_path: /\n").utf8)
    var random = SeededRandom(seed: 9)
    for _ in 0..<1000 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        if Bool.random(using: &random) {
          bytes[at] = UInt8.random(in: 9...126, using: &random)
        } else {
          bytes.remove(at: at)
        }
      }
      guard let node = try? YAMLNode(parsing: bytes, limits: ConfigurationFile.limits) else { continue }
      let file = ConfigurationKeys.read(node, path: "f", table: SqsdSettings.table)
      #expect((file.notes + file.faults.map(\.text)).allSatisfy { $0.hasPrefix("f:") })
      _ = try? SqsdSettings.table.parse(arguments: [], environment: [:], file: { _ in file })
    }
  }
}

/// The file itself: whether it is there, and whether it can be read.
struct ConfigurationFileReadingTests {
  private func withDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "sqsd-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
  }

  private func fault(_ path: String) -> String? {
    ConfigurationFile(standardPath: "/nowhere").read(named: path, table: SqsdSettings.table)?.faults.first?.text
  }

  @Test func `the file that is named is read, else the standard one, else none`() throws {
    try withDirectory { directory in
      let named = directory.appending(path: "named.yaml").path
      let standard = directory.appending(path: "standard.yaml").path
      let table = SqsdSettings.table
      #expect(ConfigurationFile(standardPath: standard).read(named: nil, table: table) == nil)
      // A part of its path that is a file: not there either.
      #expect(ConfigurationFile(standardPath: "/etc/passwd/x").read(named: nil, table: table) == nil)
      try Data("http_path: /standard\n".utf8).write(to: URL(filePath: standard))
      try Data("http_path: /named\n".utf8).write(to: URL(filePath: named))
      #expect(
        ConfigurationFile(standardPath: standard).read(named: nil, table: table)?.entries.map(\.texts)
          == [["/standard"]])
      #expect(
        ConfigurationFile(standardPath: standard).read(named: named, table: table)?.entries.map(\.texts)
          == [["/named"]])
    }
  }

  @Test func `what cannot be read is a fault that says why`() throws {
    try withDirectory { directory in
      let path = directory.appending(path: "f.yaml").path
      #expect(fault(path) == "\(path) cannot be read: No such file or directory")
      #expect(fault(directory.path) == "\(directory.path) cannot be read: it is a directory")
      #expect(fault("/dev/zero") == "/dev/zero cannot be read: it is larger than 262144 bytes")
      #expect(fault("/dev/null") == nil)
      #expect(unsafe mkfifo(path, 0o600) == 0)
      #expect(fault(path) == "\(path) cannot be read: it is no regular file")
      try FileManager.default.removeItem(atPath: path)
      try Data(repeating: 0x23, count: (256 << 10) + 1).write(to: URL(filePath: path))
      #expect(fault(path) == "\(path) cannot be read: it is larger than 262144 bytes")
      try Data("a: b: c\n".utf8).write(to: URL(filePath: path))
      #expect(fault(path)?.hasPrefix("\(path):1: column 5: a colon where no key can be") == true)
    }
  }

  @Test func `the standard file that is there but unreadable is a fault too`() throws {
    try withDirectory { directory in
      let file = ConfigurationFile(standardPath: directory.path).read(named: nil, table: SqsdSettings.table)
      #expect(file?.faults.map(\.text) == ["\(directory.path) cannot be read: it is a directory"])
    }
  }
}
