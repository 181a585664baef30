import Foundation
import HTTPCore
import TestSupport
import Testing

/// sqsd as a command: what it says, and what it exits with.
@Suite(.timeLimit(.minutes(2)))
struct CommandTests {
  private func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> (status: Int32, text: String) {
    let program = try RunningProgram(program, arguments, environment: environment)
    let status = try await program.end()
    return (status, program.events.current.lines.joined(separator: "\n"))
  }

  @Test(arguments: ["sqsd", "worker-server", "local-sqs"])
  func `each program has help and a version`(program: String) async throws {
    let help = try await run(program, ["--help"])
    #expect(help.status == 0)
    #expect(help.text.contains("Usage: \(program)"))
    let version = try await run(program, ["--version"])
    #expect(version.status == 0)
    #expect(version.text == "\(program) 0.1.0")
  }

  @Test func `a wrong command line exits with 64 and says everything that is wrong`() async throws {
    let (status, text) = try await run("sqsd", ["--http-conections", "5", "--connect-timeout", "0"])
    #expect(status == 64)
    #expect(text.contains("unknown option --http-conections, did you mean --http-connections?"))
    #expect(text.contains("--connect-timeout: \"0\" is not a whole number from 1 to 60"))
    #expect(text.contains("--queue-url is required"))
  }

  @Test func `without credentials it exits with 1 and says which variables are missing`() async throws {
    let (status, text) = try await run(
      "sqsd", ["--queue-url", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"],
      environment: [
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
      ])
    #expect(status == 1)
    #expect(text.contains("AWS_ACCESS_KEY_ID"))
  }

  @Test func `an admin address that is taken ends it before anything is received`() async throws {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      // A listener that has the address: the queue service's own.
      let taken = service.endpoint.replacing("http://", with: "")
      let (status, text) = try await run(
        "sqsd", ["--queue-url", queue, "--admin-address", taken], environment: service.environment)
      #expect(status == 1)
      #expect(text.contains("\(taken) cannot be listened on"))
      #expect(try await service.stats().calls["ReceiveMessage"] == nil)
    }
  }

  @Test func `health asks the running sqsd: 0 while it polls, 1 while it drains and when nobody is there`() async throws
  {
    try await withQueueService { service in
      let queue = try await service.makeQueue()
      try await service.send("{}", to: queue)
      let mayEnd = TestSignal(false)
      let respond = { @Sendable (_: HTTPRequest) async -> HTTPResponse in
        _ = try? await mayEnd.wait { $0 }
        return .text(200, "")
      }
      try await withApplication(respond) { application in
        try await withSqsd(
          service, queue: queue, application: application.url, ["--admin-address", "127.0.0.1:0"]
        ) { sqsd in
          let line = try await sqsd.line(containing: "admin listener")
          let address = try #require(line.firstMatch(of: /127\.0\.0\.1:\d+/)).output
          let healthy = try await run("sqsd", ["health", "--admin-address", "\(address)"])
          #expect(healthy.status == 0)
          try await application.events.wait { $0.running == 1 }
          sqsd.signal(SIGTERM)
          _ = try await sqsd.line(containing: "draining")
          let draining = try await run("sqsd", ["health"], environment: ["SQSD_ADMIN_ADDRESS": "\(address)"])
          #expect(draining.status == 1)
          #expect(draining.text.contains("503"))
          mayEnd.update { $0 = true }
          #expect(try await sqsd.end() == 0)
          #expect(try await run("sqsd", ["health", "--admin-address", "\(address)"]).status == 1)
        }
      }
    }
  }

  @Test func `a failing SQS is asked less and less often, and the first success ends that`() async throws {
    // Three failed calls of three attempts each, then a message.
    let failure = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    let body = #"{"Messages":[{"MessageId":"m-1","ReceiptHandle":"h","Body":"hi"}]}"#
    let message = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n" + body
    let peer = try ScriptedPeer { connection in
      [.readRequest, .send(connection < 9 ? failure : message), connection < 10 ? .close : .awaitRequests(100)]
    }
    let credentials = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "SECRETEXAMPLE"]
    try await withApplication { application in
      let sqsd = try RunningProgram(
        "sqsd",
        [
          "--queue-url", "\(peer.url)/000000000000/jobs", "--http-url", application.url, "--admin-address", "off",
          "--drain-timeout", "0", "--log-format", "json",
        ],
        environment: credentials.merging(["AWS_ENDPOINT_URL": peer.url, "AWS_REGION": "us-east-1"]) { a, _ in a })
      defer { sqsd.stop() }
      _ = try await sqsd.line(containing: "message delivered")
      let lines = sqsd.events.current.lines
      let pauses = lines.filter { $0.contains("receive failed") }.compactMap { line in
        line.firstMatch(of: /"pause":([0-9.]+)/).flatMap { Double($0.output.1) }
      }
      #expect(pauses.count == 3)
      for (pause, ceiling) in zip(pauses, [1.0, 2, 4]) { #expect((ceiling / 2...ceiling).contains(pause)) }
      #expect(lines.contains { $0.contains("HTTP 500, 3 attempts") })
      #expect(!lines.contains { $0.contains("SECRETEXAMPLE") || $0.contains("AWS4-HMAC") || $0.contains("hi\"") })
    }
  }
}
