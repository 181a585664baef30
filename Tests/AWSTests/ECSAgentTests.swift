import Curl
import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(.timeLimit(.minutes(1))) struct ECSAgentTests {
  private static let arn = "arn:aws:ecs:eu-west-1:123456789012:task/c/0123456789abcdef0123456789abcdef"
  private static let on =
    #"{"protection":{"ExpirationDate":"2026-01-02T05:04:05Z","ProtectionEnabled":true,"TaskArn":"\#(arn)"}}"#
  private static let off = #"{"protection":{"ExpirationDate":null,"ProtectionEnabled":false,"TaskArn":"\#(arn)"}}"#

  private func check(_ status: Int, _ body: String, isOn: Bool = true) -> AWSError? {
    do {
      try TaskProtectionAnswer(CurlResponse(status: status, body: Array(body.utf8))).check(isOn: isOn)
      return nil
    } catch {
      return error
    }
  }

  @Test func `the two calls are what the agent reads, without a member that it does not know`() async throws {
    let peer = try ScriptedPeer { _ in ScriptedPeer.Step.inTurn(.answer(200, Self.on), .answer(200, Self.off)) }
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let agent = try #require(
      try ECSAgent(client: curl, environment: ["ECS_AGENT_URI": "\(peer.url)/api/0123-4567/"]))
    try await agent.protect(minutes: 60)
    try await agent.endProtection()
    let requests = peer.record.requests
    #expect(
      requests.map { $0.lines.first }
        == Array(repeating: "PUT /api/0123-4567/task-protection/v1/state HTTP/1.1", count: 2))
    #expect(requests.allSatisfy { $0.lines.contains("Content-Type: application/json") })
    #expect(
      requests.map { String(decoding: $0.body, as: UTF8.self) } == [
        #"{"ProtectionEnabled":true,"ExpiresInMinutes":60}"#, #"{"ProtectionEnabled":false}"#,
      ])
  }

  @Test(arguments: [(0, 1), (-5, 1), (2_881, 2_880), (Int.max, 2_880)])
  func `minutes that ECS would refuse are moved to the nearest that it takes`(given: Int, sent: Int) async throws {
    let peer = try ScriptedPeer { _ in ScriptedPeer.Step.inTurn(.answer(200, Self.on)) }
    let curl = try CurlClient()
    defer { curl.shutdown() }
    try await ECSAgent(client: curl, environment: ["ECS_AGENT_URI": peer.url])?.protect(minutes: given)
    #expect(
      peer.record.requests.first.map { String(decoding: $0.body, as: UTF8.self) }
        == #"{"ProtectionEnabled":true,"ExpiresInMinutes":\#(sent)}"#)
  }

  @Test func `without its variable there is no agent, and a wrong one is said`() throws {
    let curl = try CurlClient()
    defer { curl.shutdown() }
    for environment in [[:], ["ECS_AGENT_URI": ""]] {
      #expect(try ECSAgent(client: curl, environment: environment) == nil)
    }
    for value in ["169.254.170.2", "ftp://h/", "http://u:p@h/"] {
      let error = #expect(throws: AWSError.self) {
        try ECSAgent(client: curl, environment: ["ECS_AGENT_URI": value])
      }
      #expect(error?.code == .configuration && error?.message.hasPrefix("ECS_AGENT_URI is not") == true)
      #expect(error?.message.contains("u:p") == false)
    }
  }

  @Test func `an answer is good if it says what was asked for`() {
    #expect(check(200, Self.on) == nil)
    #expect(check(200, Self.off, isOn: false) == nil)
    #expect(check(200, #"{"protection":{"TaskArn":"a"},"new":[1]}"#, isOn: false) == nil)
    #expect(check(200, Self.off)?.code == .badAnswer)
    #expect(check(200, Self.on, isOn: false)?.code == .badAnswer)
  }

  @Test func `status 200 with a failure is a failure`() {
    let alone = check(200, #"{"failure":{"Arn":"\#(Self.arn)","Detail":null,"Reason":"TASK_NOT_VALID"}}"#)
    #expect(alone?.code == .other && alone?.awsCode == "TASK_NOT_VALID" && alone?.isAmbiguous == false)
    #expect(
      alone?.description
        == "UpdateTaskProtection failed: TASK_NOT_VALID (HTTP 200). Only tasks of an ECS service can be protected, not "
        + "those that were run by themselves")
    let blocked = check(200, #"{"failure":{"Arn":"a","Detail":"d","Reason":"DEPLOYMENT_BLOCKED"}}"#)
    #expect(
      blocked?.description
        == "UpdateTaskProtection failed: DEPLOYMENT_BLOCKED: d (HTTP 200). More tasks of the service are protected than "
        + "it is to have")
    #expect(check(200, #"{"failure":{}}"#)?.code == .other)
    #expect(check(200, #"{"protection":{"ProtectionEnabled":true},"failure":{"Reason":"X"}}"#)?.awsCode == "X")
  }

  @Test(arguments: [
    (403, "AccessDeniedException", AWSError.Code.accessDenied), (400, "ThrottlingException", .throttling),
    (404, "ResourceNotFoundException", .invalidRequest), (504, "RequestCanceled", .transient),
    (500, "ServerException", .transient), (400, "InvalidParameterException", .invalidRequest),
    (400, "ExpiredTokenException", .expiredCredentials),
  ])
  func `the agent's errors are classified by name, else by status`(status: Int, name: String, code: AWSError.Code) {
    let body = #"{"requestID":"r-1","error":{"Arn":"\#(Self.arn)","Code":"\#(name)","Message":"m"}}"#
    let error = check(status, body)
    #expect(error?.code == code && error?.awsCode == name && error?.message == "m" && error?.requestID == "r-1")
    #expect(error?.description.contains("ecs:UpdateTaskProtection") == (code == .accessDenied))
  }

  @Test(arguments: [
    "", "null", "[]", "{", "<html>", "{}", #"{"protection":null}"#, #"{"protection":5}"#, #"{"protection":[]}"#,
    #"{"protection":{"ProtectionEnabled":"true"}}"#, #"{"Protection":{"ProtectionEnabled":true}}"#, "\u{0}",
    #"{"error":{"Code":7}}"#,
  ])
  func `what is not the agent's JSON is no success, and its text is not repeated`(body: String) {
    #expect(check(200, body)?.code == .badAnswer)
    #expect(check(502, body)?.code == .transient)
    #expect(check(429, body)?.isThrottling == true)
    #expect(check(200, body)?.description.contains("<") == false)
  }

  @Test func `no answer, one that is cut off and one that is too long are errors of the transfer`() async throws {
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let nobody = try #require(try ECSAgent(client: curl, environment: ["ECS_AGENT_URI": "http://127.0.0.1:1/"]))
    let refused = await #expect(throws: AWSError.self) { try await nobody.protect(minutes: 1) }
    #expect(refused?.transport?.code == .connectionFailed && refused?.isAmbiguous == false)
    let peer = try ScriptedPeer { connection in
      connection == 0
        ? [
          .readRequest,
          .send("HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n" + String(repeating: " ", count: 65_537)),
        ]
        : [.readRequest, .close]
    }
    let agent = try #require(try ECSAgent(client: curl, environment: ["ECS_AGENT_URI": peer.url]))
    let long = await #expect(throws: AWSError.self) { try await agent.protect(minutes: 1) }
    #expect(long?.transport?.code == .bodyTooLarge)
    let cut = await #expect(throws: AWSError.self) { try await agent.endProtection() }
    #expect(cut?.transport?.code == .closedBeforeAnswer && cut?.isAmbiguous == true)
  }
}
