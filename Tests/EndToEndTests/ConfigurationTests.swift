import Foundation
import HTTPCore
import TestSupport
import Testing

/// The configuration file on the running program, `sqsd config` and `sqsd check`.
@Suite(.timeLimit(.minutes(2)))
struct ConfigurationTests {
  private static let queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"

  private func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> (status: Int32, lines: [String]) {
    let program = try RunningProgram("sqsd", arguments, environment: environment)
    let status = try await program.end()
    return (status, program.events.current.lines)
  }

  private func withFile<Value>(_ text: String, _ body: (String) async throws -> Value) async throws -> Value {
    let file = FileManager.default.temporaryDirectory.appending(path: "sqsd-\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try await body(file.path)
  }

  @Test func `config tells every setting with its value and where that came from`() async throws {
    try await withFile("queue_url: \(Self.queue)\nhttp_port: 81\nthreads: 30\nvisibility_timeout: 60\n") { file in
      let (status, lines) = try await run(
        ["config", "--config", file, "--http-path", "/queue"],
        environment: ["SQSD_CONNECT_TIMEOUT": "7", "SQSD_VISIBILITY_TIMEOUT": "500"])
      #expect(status == 0)
      let settings = Dictionary(
        lines.map { ($0.prefix { $0 != " " }, $0.split(separator: " ").dropFirst().joined(separator: " ")) }
      ) { first, _ in first }
      #expect(settings["queue-url"] == "\(Self.queue) \(file):1")
      #expect(settings["http-url"] == "http://localhost:81 \(file):2")
      #expect(settings["http-path"] == "/queue flag")
      #expect(settings["connect-timeout"] == "7 s environment variable SQSD_CONNECT_TIMEOUT")
      #expect(settings["visibility-timeout"] == "500 s environment variable SQSD_VISIBILITY_TIMEOUT")
      #expect(settings["http-connections"] == "50 default")
      #expect(settings["config"] == "\(file) flag")
      #expect(lines.contains { $0.contains("note: \(file):3: threads has no counterpart") })
    }
  }

  @Test func `config and check say everything that is wrong, and never a password`() async throws {
    try await withFile("queue_url: \(Self.queue)\nhttp_connections: 0\n") { file in
      for command in ["config", "check"] {
        let (status, lines) = try await run(
          [command, "--config", file],
          environment: ["SQSD_HTTP_URL": "http://user:hunter2@h", "SQSD_CONNECT_TIMEOUT": "61"])
        #expect(status == 64)
        #expect(lines.contains("sqsd: \(file):2: http_connections: \"0\" is not a whole number from 1 to 1000"))
        #expect(lines.contains("sqsd: SQSD_CONNECT_TIMEOUT: \"61\" is not a whole number from 1 to 60"))
        #expect(lines.contains { $0.hasPrefix("sqsd: SQSD_HTTP_URL: what is given has") })
        #expect(!lines.contains { $0.contains("hunter2") })
      }
    }
  }

  @Test func `check says ok, and looks for the directory it is given`() async throws {
    let good = try await run(["check", "--config", "/dev/null", "--queue-url", Self.queue])
    #expect(good.status == 0)
    #expect(good.lines.first == "ok: settings, with those of /dev/null")
    #expect(try await run(["check", "/nowhere", "--config=/dev/null", "--queue-url", Self.queue]).status == 1)
  }

  @Test func `a file that is named and not there ends every command that needs settings`() async throws {
    for command in ["run", "config", "check", "health"] {
      let (status, lines) = try await run([command], environment: ["SQSD_CONFIG": "/nowhere.yaml"])
      #expect(status == 64)
      #expect(lines == ["sqsd: /nowhere.yaml cannot be read: No such file or directory", "sqsd: Try sqsd --help."])
    }
    #expect(try await run(["--help"], environment: ["SQSD_CONFIG": "/nowhere.yaml"]).status == 0)
  }

  @Test func `health asks the address that the file names`() async throws {
    try await withFile("admin_address: off\n") { file in
      let (status, lines) = try await run(["health", "--config", file])
      #expect(status == 1)
      #expect(lines == ["there is no admin listener to ask: --admin-address is off"])
    }
  }

  @Test func `with nothing but a file messages are delivered, and what is odd in it is said`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      try await withApplication { application in
        let port = application.url.split(separator: ":").last ?? ""
        let text = """
          queue_url: \(queue)
          http_url: http://127.0.0.1
          http_port: \(port)
          http_path: /worker
          inactivity_timeout: 400
          heartbeat: off
          keepalive: true
          admin_address: off
          log_format: json
          """
        try await withFile(text) { file in
          let sqsd = try RunningProgram("sqsd", ["--config", file], environment: service.environment)
          defer { sqsd.stop() }
          _ = try await sqsd.line(containing: "message delivered")
          #expect(application.requests.first?.path == "/worker")
          let lines = sqsd.events.current.lines
          #expect(lines.contains { $0.contains("\(file):7: keepalive has no counterpart") })
          #expect(lines.contains { $0.contains("--inactivity-timeout is not below --visibility-timeout") })
        }
      }
    }
  }
}
