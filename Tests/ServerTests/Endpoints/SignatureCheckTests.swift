import Foundation
import HTTPCore
import Logging
import SQSD
import Settings
import Testing

@testable import Server

@Suite(.timeLimit(.minutes(1)))
struct SignatureCheckTests {
  private static let secret = Array("sixteen bytes...".utf8)
  private let key = SigningKey(secret)
  private static let answer =
    #"{"error":"this request is not signed with the secret of this server, or was signed more than five minutes ago"}"#
    + "\n"

  private func fixture(_ arguments: [String] = []) throws -> WorkerFixture {
    let key = key
    return try WorkerFixture(
      ["--queue-command", "sh -c 'echo ran'", "--schedule-command", "true"] + arguments, change: { $0.signingKey = key }
    )
  }

  /// The headers of a signed request.
  private func signed(
    _ path: String, body: String = "", age: Int64 = 0, key: SigningKey? = nil
  ) throws -> [(name: String, value: String)] {
    let headers = [(name: "X-Aws-Sqsd-Msgid", value: "m-1")]
    let signature = try #require(
      RequestSignature(
        method: "POST", target: path, headers: headers, body: Array(body.utf8), key: key ?? self.key,
        time: Int64(Date().timeIntervalSince1970) - age))
    return headers + [(RequestSignature.header, signature.text)]
  }

  @Test func `a signed message runs, and so does a signed task, with a query too`() async throws {
    let fixture = try fixture()
    for (path, body) in [("/queue", "x"), ("/schedule", ""), ("/queue?tenant=7", "")] {
      let answer = await fixture.request("POST", path, headers: try signed(path, body: body), body: body)
      #expect(answer.status == 200)
    }
    #expect(fixture.log.lines("no job started").isEmpty)
  }

  @Test func `unsigned, forged, changed and old requests get one and the same answer, and no job runs`() async throws {
    let fixture = try fixture()
    let other = SigningKey(Array("another secret, as long".utf8))
    let requests: [(path: String, headers: [(name: String, value: String)], body: String)] = [
      ("/queue", [], ""), ("/schedule", [], ""), ("/queue", [("X-Beanpole-Signature", "t=1")], ""),
      ("/queue", try signed("/queue", key: other), ""), ("/queue", try signed("/queue"), "changed"),
      ("/schedule", try signed("/queue"), ""), ("/queue", try signed("/queue", age: 310), ""),
      ("/queue", try signed("/queue", age: -310), ""), ("/queue?x", try signed("/queue"), ""),
    ]
    for request in requests {
      let answer = await fixture.request("POST", request.path, headers: request.headers, body: request.body)
      #expect(answer.status == 403)
      #expect(answer.body == Self.answer)
      #expect(answer.headers.count == 1)
    }
    #expect(fixture.log.lines("job output").isEmpty && fixture.log.lines("job succeeded").isEmpty)
  }

  @Test func `each kind of refusal is a warning once, and says why`() async throws {
    let fixture = try fixture()
    for _ in 0..<3 {
      _ = await fixture.request("POST", "/queue")
      _ = await fixture.request("POST", "/queue", headers: try signed("/queue", age: 400))
    }
    let lines = fixture.log.lines("no job started")
    #expect(lines.count == 6)
    let warnings = lines.filter { $0.level == .warning }.compactMap { $0.metadata["reason"] }
    #expect(warnings.count == 2)
    #expect(warnings.first?.contains("has no X-Beanpole-Signature") == true)
    #expect(warnings.last?.contains("40") == true && warnings.last?.contains("s ago") == true)
    #expect(lines.filter { $0.level != .warning }.allSatisfy { $0.level == .debug })
    #expect(!"\(fixture.log.lines)".contains("sixteen"))
  }

  @Test func `the check comes before a slot: an unsigned request does not wait for one`() async throws {
    let fixture = try fixture(["--concurrency", "1", "--waiting", "0"])
    #expect(fixture.worker.slots.enterWithoutWaiting() == .granted)
    #expect(await fixture.request("POST", "/queue").status == 403)
    #expect(await fixture.request("POST", "/queue", headers: try signed("/queue")).status == 503)
    fixture.worker.slots.leave()
  }

  @Test func `health, wrong paths and wrong methods need no signature`() async throws {
    let fixture = try fixture()
    #expect(await fixture.request("GET", "/health").status == 200)
    #expect(await fixture.request("POST", "/").status == 404)
    #expect(await fixture.request("GET", "/queue").status == 405)
  }

  @Test func `a captured request can be sent again for five minutes, and no second longer`() async throws {
    let time: Int64 = 1_767_323_045
    let text = try #require(
      RequestSignature(method: "POST", target: "/queue", headers: [], body: [], key: key, time: time)
    ).text
    let log = LogCapture()
    let request = HTTPRequest(
      method: "POST", target: "/queue", headers: HTTPHeaderList([(RequestSignature.header, text)]), body: [])
    for (now, isRefused) in [(time, false), (time + 300, false), (time + 301, true), (time - 301, true)] {
      var check = SignatureCheck(key: key)
      check.now = { now }
      let refusal = check.refusal(of: request, log: JobLog(log.logger, endpoint: "queue", context: MessageContext()))
      #expect((refusal != nil) == isRefused)
    }
  }

  @Test func `the secret comes from a file, which must be there`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "beanpole-\(UUID().uuidString)").path
    try Data(Self.secret + [0x0A]).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    let configuration = try configure(["--queue-command", "a", "--signing-secret-file", path])
    #expect(configuration.signingKey != nil)
    #expect(configuration.notes.count == 1)
    let report = StartReport(configuration, searchPath: "/usr/bin")
    #expect(report.facts["signature"] == "required")
    #expect(try configure(["--queue-command", "a"]).signingKey == nil)
    #expect(throws: SettingsError.self) {
      try configure(["--queue-command", "a", "--signing-secret-file", path + "x"])
    }
  }
}
