import Foundation
import TestSupport
import Testing

/// Where sqsd gets its credentials, with the built program.
@Suite(.timeLimit(.minutes(2)))
struct CredentialTests {
  private static let secret = "MARKEDsecretMARKED"

  private func answer(_ status: Int, _ body: String) -> String {
    "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private func run(
    _ environment: [String: String], _ service: QueueService, _ body: (RunningProgram, Application) async throws -> Void
  ) async throws {
    let queue = try await service.makeQueue()
    try await service.send("{}", to: queue)
    try await withApplication { application in
      var variables = service.environment.merging(environment) { $1 }
      variables["AWS_ACCESS_KEY_ID"] = ""
      variables["AWS_SECRET_ACCESS_KEY"] = ""
      let program = try RunningProgram(
        "sqsd",
        ["--queue-url", queue, "--http-url", application.url, "--admin-address", "off", "--log-format", "json"],
        environment: variables)
      defer { program.stop() }
      try await body(program, application)
      #expect(!program.events.current.lines.contains { $0.contains("MARKED") })
    }
  }

  @Test func `an agent that has no credentials yet is waited for, and what comes of it is logged once`() async throws {
    let body =
      #"{"AccessKeyId":"ASIATASK","SecretAccessKey":"\#(Self.secret)","Token":"t","Expiration":"2099-01-02T03:04:05Z"}"#
    let busy = answer(503, #"{"code":"CredentialsUninitialized","message":"not yet"}"#)
    let whole = ScriptedPeer.Step.answerAll(answer(200, body))
    let agent = try ScriptedPeer { number in
      number == 0 ? [.readRequest, .send(busy), .readRequest, .send(busy), .readRequest, .send(busy), whole] : [whole]
    }
    try await withQueueService { service in
      try await run(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(agent.url)/creds"], service) { program, application in
        try await application.events.wait { $0.answered == 1 }
        let lines = program.events.current.lines
        #expect(lines.filter { $0.contains("no credentials for now") && $0.contains("not yet") }.count == 1)
        let recovered = lines.filter { $0.contains("credentials recovered") }
        #expect(recovered.count == 1 && recovered.first?.contains("2099-01-02T03:04:05Z") == true)
      }
    }
    #expect(agent.record.requests.count == 4)
  }

  @Test func `a profile's program gives credentials, and the profile its region`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sqsd-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let config = """
      [profile dev]
      region = eu-west-1
      credential_process = sh -c 'printf %s "{\\"Version\\":1,\\"AccessKeyId\\":\\"AKID\\",\
      \\"SecretAccessKey\\":\\"\(Self.secret)\\"}"'
      """
    try Data(config.utf8).write(to: folder.appending(path: "config"))
    try await withQueueService { service in
      let variables = [
        "AWS_CONFIG_FILE": folder.appending(path: "config").path, "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_PROFILE": "dev", "AWS_REGION": "", "AWS_DEFAULT_REGION": "",
      ]
      try await run(variables, service) { program, application in
        try await application.events.wait { $0.answered == 1 }
        _ = try await program.line { $0.contains("credentials found") && $0.contains("credential_process") }
        _ = try await program.line { $0.contains("sqsd started") && $0.contains("(eu-west-1)") }
      }
    }
  }

  @Test func `a profile that is not there ends it at once, with a sentence`() async throws {
    try await withQueueService { service in
      try await run(["AWS_PROFILE": "typo", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"], service) { program, _ in
        let status = try await program.end()
        #expect(status == 1)
        #expect(program.events.current.lines.contains { $0.contains("the profile \"typo\" is not in /dev/null") })
      }
    }
  }
}
