import Curl
import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct InstanceCredentialsTests {
  private static let token = httpAnswer(200, "TOKEN==")
  private static let role = httpAnswer(200, "my-role\n")

  private static func set(_ expiration: String, code: String = "Success") -> String {
    httpAnswer(
      200,
      #"{"Code":"\#(code)","LastUpdated":"x","Type":"AWS-HMAC","AccessKeyId":"AKID","SecretAccessKey":"\#(Marked.secret)","Token":"\#(Marked.token)","Expiration":"\#(expiration)"}"#
    )
  }

  private func with(
    _ answers: [String], environment: [String: String] = [:], date: ManualDate = ManualDate(),
    _ body: (InstanceCredentials, ScriptedPeer) async throws -> Void
  ) async throws {
    let peer = try ScriptedPeer.answering(answers)
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let variables = environment.merging(["AWS_EC2_METADATA_SERVICE_ENDPOINT": peer.url]) { old, _ in old }
    try await body(
      InstanceCredentials(
        environment: variables, metadata: .hasty(curl), now: { date.now }, jitter: { $0.lowerBound }), peer)
  }

  @Test func `version 2: a token, the role's name, its credentials`() async throws {
    try await with([Self.token, Self.role, Self.set("2026-01-02T09:04:05Z")]) { source, peer in
      let found = try #require(try await source.found())
      #expect(found.credentials.accessKeyID == "AKID" && found.credentials.sessionToken == Secret(Marked.token))
      #expect(found.credentials.expiration == Date(timeIntervalSince1970: 1_767_344_645))
      #expect(found.source == "EC2 instance metadata (\(peer.url)), role my-role")
      let list = "/latest/meta-data/iam/security-credentials/"
      #expect(peer.requestLines == ["PUT /latest/api/token", "GET \(list)", "GET \(list)my-role"])
      #expect(peer.record.requests[0].lines.contains("X-aws-ec2-metadata-token-ttl-seconds: 21600"))
      for request in peer.record.requests.dropFirst() {
        #expect(request.lines.contains("X-aws-ec2-metadata-token: TOKEN=="))
      }
    }
  }

  @Test func `the token is kept, and 401 asks for another, once`() async throws {
    let set = Self.set("2026-01-02T09:04:05Z")
    try await with([
      Self.token, Self.role, set, httpAnswer(401, ""), httpAnswer(200, "NEW"), Self.role, set, httpAnswer(401, ""),
      httpAnswer(200, "THIRD"), httpAnswer(401, ""),
    ]) { source, peer in
      for _ in 0..<2 {
        let found = try await source.found()
        #expect(found?.credentials.accessKeyID == "AKID")
      }
      #expect(peer.record.requests[5].lines.contains("X-aws-ec2-metadata-token: NEW"))
      let error = await AWSError.thrown { _ = try await source.found() }
      #expect(error?.code == .credentials && error?.message.contains("HTTP 401") == true)
      #expect(peer.record.requests.count == 10)
    }
  }

  @Test func `version 1 is never fallen back to`() async throws {
    for status in [403, 404, 405] {
      try await with([httpAnswer(status, "")]) { source, peer in
        guard case .absent(let reason) = try await source.look() else { return #expect(Bool(false), "found something") }
        #expect(reason.contains("HTTP \(status)"))
        #expect(peer.requestLines == ["PUT /latest/api/token"])
      }
    }
    try await with([httpAnswer(400, "")]) { source, peer in
      let error = await AWSError.thrown { _ = try await source.found() }
      #expect(error?.code == .credentials && error?.message.contains("HTTP 400") == true)
      #expect(peer.requestLines == ["PUT /latest/api/token"])
    }
  }

  @Test func `it can be switched off, and then nobody is asked`() async throws {
    for value in ["true", "TRUE"] {
      try await with([], environment: ["AWS_EC2_METADATA_DISABLED": value]) { source, peer in
        let found = try await source.found()
        #expect(found == nil)
        #expect(peer.record.connectionCount == 0)
      }
    }
  }

  @Test func `nobody there, and an instance without a role, are no source`() async throws {
    try await with([Self.token, httpAnswer(404, "")]) { source, _ in
      let found = try await source.found()
      #expect(found == nil)
    }
    let peer = try ScriptedPeer { _ in [] }
    peer.stop()
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let source = InstanceCredentials(
      environment: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": peer.url], metadata: .hasty(curl), now: { Date() })
    guard case .absent(let reason) = try await source.look() else { return #expect(Bool(false), "found something") }
    #expect(reason == "EC2 instance metadata (\(peer.url)) is not reachable")
  }

  @Test func `a service that is there and in trouble is an error that a later call may not meet`() async throws {
    let busy = httpAnswer(503, "")
    try await with([Self.token, busy, busy, busy]) { source, peer in
      let error = await AWSError.thrown { _ = try await source.found() }
      #expect(error?.code == .credentialsUnavailable && peer.record.requests.count == 4)
    }
    try await with([Self.token, Self.role, httpAnswer(200, #"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no"}"#)])
    { source, _ in
      let error = await AWSError.thrown { _ = try await source.found() }
      #expect(error?.code == .credentialsUnavailable)
      #expect(error?.message.contains("AssumeRoleUnauthorizedAccess: no") == true)
    }
  }

  @Test(arguments: ["", "..", "a/b", "a b", "a?b", String(repeating: "a", count: 65), "é"])
  func `a role's name that would change the path is refused`(name: String) async throws {
    try await with([Self.token, httpAnswer(200, name)]) { source, peer in
      let error = await AWSError.thrown { _ = try await source.found() }
      #expect(error?.code == .credentialsUnavailable && peer.record.requests.count == 2)
    }
  }

  @Test func `a set at its end is used on, as EC2 goes on taking it`() async throws {
    let date = ManualDate()
    // Ended an hour ago; with five minutes left; with enough left.
    for (expiration, extended) in [
      ("2026-01-02T02:04:05Z", true), ("2026-01-02T03:09:05Z", true), ("2026-01-02T03:19:06Z", false),
    ] {
      try await with([Self.token, Self.role, Self.set(expiration)], date: date) { source, _ in
        let found = try #require(try await source.found())
        #expect((found.credentials.expiration == date.now.addingTimeInterval(900 + 120)) == extended, "\(expiration)")
        #expect(found.source.contains("not renewed by EC2") == extended)
      }
    }
  }

  @Test func `its address is the environment's, and may be the one of IPv6`() throws {
    let curl = try CurlClient()
    defer { curl.shutdown() }
    func base(_ environment: [String: String]) throws -> String? {
      try InstanceMetadata(environment: environment, metadata: .hasty(curl))?.base
    }
    #expect(try base([:]) == "http://169.254.169.254")
    #expect(try base(["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"]) == "http://[fd00:ec2::254]")
    #expect(try base(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1338/x/"]) == "http://127.0.0.1:1338/x")
    #expect(throws: AWSError.self) { try base(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "169.254.169.254"]) }
    #expect(throws: AWSError.self) { try base(["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "v6"]) }
  }
}
