import Curl
import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct RoleServiceTests {
  private func with(
    _ answers: [String], _ body: (RoleService, ScriptedPeer) async throws -> Void
  ) async throws {
    let peer = try ScriptedPeer.answering(answers)
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let date = ManualDate()
    try await body(
      RoleService(
        client: curl, environment: ["AWS_ENDPOINT_URL_STS": peer.url, "AWS_CONFIG_FILE": "/dev/null"],
        region: "eu-west-1", now: { date.now }, sleep: { _ in }), peer)
  }

  private func identity(_ file: String, sessionName: String? = nil) -> WebIdentity {
    WebIdentity(roleARN: "arn:role", tokenFile: file, sessionName: sessionName, duration: nil, place: "web identity")
  }

  private static let found = FoundCredentials(STSClientTests.base, from: "the environment")
  private static let success = STSClientTests.answer("AssumeRoleWithWebIdentity")

  private static func body(_ request: ScriptedPeer.Request) -> String { String(decoding: request.body, as: UTF8.self) }

  @Test func `the token file is read at each refresh`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("token", "first\n")
    try await with([Self.success, Self.success]) { roles, peer in
      let found = try await roles.assume(identity(file))
      #expect(found.credentials.accessKeyID == "ASIAROLE" && found.source == "web identity (role arn:role)")
      try folder.write("token", "second")
      _ = try await roles.assume(identity(file, sessionName: "me"))
      #expect(
        Self.body(peer.record.requests[0]).hasSuffix("RoleSessionName=beanpole-1767323045&WebIdentityToken=first"))
      #expect(Self.body(peer.record.requests[1]).hasSuffix("RoleSessionName=me&WebIdentityToken=second"))
    }
  }

  @Test func `an expired token, trouble and throttling are tried again`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("token", Marked.token)
    for first in [
      STSClientTests.refusal(400, "ExpiredTokenException"), STSClientTests.refusal(400, "IDPCommunicationError"),
      httpAnswer(503, ""), STSClientTests.refusal(400, "Throttling"),
    ] {
      try await with([first, first, Self.success]) { roles, peer in
        let found = try await roles.assume(identity(file))
        #expect(found.credentials.accessKeyID == "ASIAROLE")
        #expect(peer.record.requests.count == 3)
      }
      try await with([first, first, first]) { roles, peer in
        let error = await AWSError.thrown { _ = try await roles.assume(identity(file)) }
        #expect(error?.code == .credentialsUnavailable && error?.message.contains(peer.url) == true)
        #expect(!Marked.isIn("\(String(describing: error))"))
      }
    }
  }

  @Test func `what STS refuses for good is not tried again, and says what to look at`() async throws {
    try await with([STSClientTests.refusal(403, "AccessDenied", "not authorized to perform sts:AssumeRole")]) {
      roles, peer in
      let role = AssumedRole(
        arn: "arn:role", sessionName: nil, externalID: nil, duration: nil, place: "the profile \"p\"")
      let error = await AWSError.thrown { _ = try await roles.assume(role, with: Self.found) }
      #expect(error?.code == .credentials && peer.record.requests.count == 1)
      #expect(
        error?.message
          == "the profile \"p\" (role arn:role, assumed with the environment) at \(peer.url)/: AssumeRole failed: "
          + "AccessDenied: not authorized to perform sts:AssumeRole (HTTP 403, request r-2). "
          + "Check the role's trust policy, and that its name is spelt right")
    }
  }

  @Test(arguments: ["", "\n \n"])
  func `an empty or missing token file is an error that may pass`(token: String) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("token", token)
    try await with([]) { roles, peer in
      for path in [file, file + ".not"] {
        let error = await AWSError.thrown { _ = try await roles.assume(identity(path)) }
        #expect(error?.code == .credentialsUnavailable && error?.message.contains(path) == true)
      }
      #expect(peer.record.connectionCount == 0)
    }
  }

  @Test(arguments: ["a", "a b", "é", String(repeating: "a", count: 65)])
  func `a session name that STS would refuse never reaches it`(name: String) async throws {
    try await with([]) { roles, peer in
      let error = await AWSError.thrown { _ = try await roles.assume(identity("/x", sessionName: name)) }
      #expect(error?.code == .credentials && error?.message.contains("session name") == true)
      #expect(peer.record.connectionCount == 0)
    }
  }

  @Test func `without any region the error says so`() async throws {
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let roles = RoleService(
      client: curl, environment: ["AWS_CONFIG_FILE": "/dev/null"], region: nil, now: { Date() }, sleep: { _ in })
    let error = await AWSError.thrown { _ = try await roles.assume(identity("/x")) }
    #expect(error?.code == .credentials && error?.message.contains("AWS_REGION") == true)
  }

  @Test func `the environment's web identity wants both of its variables`() async throws {
    try await with([]) { roles, _ in
      let none = try await EnvironmentWebIdentity(environment: ["AWS_ROLE_ARN": "x"], roles: roles).found()
      #expect(none == nil)
      let half = EnvironmentWebIdentity(environment: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/x"], roles: roles)
      let error = await AWSError.thrown { _ = try await half.found() }
      #expect(error?.code == .credentials && error?.message.contains("AWS_ROLE_ARN is not") == true)
    }
  }
}
