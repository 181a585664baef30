import Curl
import Foundation
import TestSupport
import Testing

@testable import AWS

/// The calls as the service sees them, and its answers as it may give them.
@Suite(.timeLimit(.minutes(1))) struct DynamoDBWireTests {
  private static let key = DynamoDBItem(["id": .string("k")])
  private static let isNew = DynamoDBExpressions(condition: "attribute_not_exists(#id)", names: ["#id": "id"])
  private static let refusal = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"

  /// A DynamoDB of a script, and a client of it whose pauses take no time.
  private struct Table {
    let peer: ScriptedPeer
    let curl: CurlClient
    let recorded = RecordedPauses()
    let dynamodb: DynamoDBClient

    init(_ script: @escaping @Sendable (_ connection: Int) -> [ScriptedPeer.Step]) throws {
      peer = try ScriptedPeer(script)
      curl = try CurlClient()
      let resolution = try Endpoint.resolve(
        .dynamodb, region: "eu-west-1", environment: ["AWS_ENDPOINT_URL": peer.url])
      dynamodb = DynamoDBClient(
        client: curl, endpoint: resolution.endpoint,
        credentials: Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: ScriptedService.secret),
        pauses: recorded.pauses)
    }

    func shutdown() {
      curl.shutdown()
      peer.stop()
    }

    func put(deadline: ContinuousClock.Instant? = nil) async throws -> ConditionalWrite {
      try await dynamodb.put(key, into: "ticks", isNew, deadline: deadline)
    }

    func failure(deadline: ContinuousClock.Instant? = nil) async -> AWSError? {
      do {
        let result = try await put(deadline: deadline)
        Issue.record("no error but \(result)")
        return nil
      } catch {
        return error as? AWSError
      }
    }
  }

  private func body(_ bytes: [UInt8]) throws -> NSDictionary? {
    try JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary
  }

  @Test func `requests are those of the API, signed for dynamodb`() async throws {
    let table = try Table { _ in [.answerAll("HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{}")] }
    defer { table.shutdown() }
    _ = try await table.put()
    _ = try await table.dynamodb.update(
      Self.key, in: "ticks",
      DynamoDBExpressions(
        condition: "#o = :a", update: "SET #o = :b", names: ["#o": "owner"],
        values: [":a": .string("x"), ":b": .number("2")]))
    #expect(try await table.dynamodb.get(Self.key, from: "ticks") == nil)
    let requests = table.peer.record.requests
    func header(_ name: String) -> [String] {
      requests.map { $0.lines.first { $0.lowercased().hasPrefix(name) } ?? "" }.map {
        String($0.dropFirst(name.count + 2))
      }
    }
    #expect(
      header("x-amz-target") == [
        "DynamoDB_20120810.PutItem", "DynamoDB_20120810.UpdateItem", "DynamoDB_20120810.GetItem",
      ])
    #expect(header("authorization").allSatisfy { $0.contains("/eu-west-1/dynamodb/aws4_request") })
    #expect(Set(header("content-type")) == ["application/x-amz-json-1.0"])
    #expect(
      try requests.map { try body($0.body) } == [
        [
          "TableName": "ticks", "Item": ["id": ["S": "k"]], "ConditionExpression": "attribute_not_exists(#id)",
          "ExpressionAttributeNames": ["#id": "id"], "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        ],
        [
          "TableName": "ticks", "Key": ["id": ["S": "k"]], "ConditionExpression": "#o = :a",
          "UpdateExpression": "SET #o = :b", "ExpressionAttributeNames": ["#o": "owner"],
          "ExpressionAttributeValues": [":a": ["S": "x"], ":b": ["N": "2"]],
          "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        ],
        ["TableName": "ticks", "Key": ["id": ["S": "k"]], "ConsistentRead": true],
      ])
  }

  @Test(
    arguments: [
      (#"{"__type":"\#(refusal)","message":"m"}"#, nil),
      (#"{"__type":"\#(refusal)","Message":"m","Item":{"id":{"S":"k"}}}"#, key),
      (
        #"{"__type":"\#(refusal)","Item":{"id":{"S":"k"},"x":{"SS":["a"]}}}"#,
        DynamoDBItem(["id": .string("k"), "x": .other])
      ),
      (#"{"__type":"ConditionalCheckFailedException","Item":"what"}"#, nil),
      (#"{"__type":"\#(refusal):http://internal.amazon.com/","Item":{"id":{"S":5}}}"#, nil),
    ] as [(String, DynamoDBItem?)])
  func `a condition that does not hold is an answer, with the item where it came`(
    answer: String, item: DynamoDBItem?
  ) async throws {
    let table = try Table { _ in ScriptedPeer.Step.inTurn(.answer(400, answer)) }
    defer { table.shutdown() }
    #expect(try await table.put() == .refused(item))
    #expect(table.peer.record.requests.count == 1)
  }

  @Test(
    arguments: [
      (400, "ResourceNotFoundException", AWSError.Code.resourceDoesNotExist),
      (400, "AccessDeniedException", .accessDenied), (400, "ValidationException", .invalidRequest),
      (409, "ConditionalCheckFailedException", .invalidRequest), (400, "Other", .invalidRequest),
    ])
  func `other refusals are errors, at once and without a doubt`(
    status: Int, name: String, code: AWSError.Code
  ) async throws {
    let table = try Table { _ in ScriptedPeer.Step.inTurn(.error(status, name), .answer(200)) }
    defer { table.shutdown() }
    let error = await table.failure()
    #expect(error?.code == code && error?.isAmbiguous == false && error?.awsCode == name)
    #expect(table.peer.record.requests.count == 1)
  }

  @Test func `a call has four attempts, with pauses from 25 ms and longer ones when it is to slow down`() async throws {
    let table = try Table { _ in
      ScriptedPeer.Step.inTurn(
        .answer(500), .error(400, "ProvisionedThroughputExceededException"), .error(503, "InternalServerError"),
        .answer(200))
    }
    defer { table.shutdown() }
    #expect(try await table.put() == .done)
    #expect(table.recorded.all == [.milliseconds(25), .seconds(2), .milliseconds(100)])
  }

  @Test func `an attempt whose answer was lost leaves a doubt that no later attempt takes away`() async throws {
    let ends: [(ScriptedPeer.Step, isAmbiguous: Bool)] = [
      (.answer(500), true), (.error(400, "ThrottlingException"), false),
    ]
    for (first, isAmbiguous) in ends {
      let table = try Table { _ in ScriptedPeer.Step.inTurn(first, .error(400, "AccessDeniedException")) }
      defer { table.shutdown() }
      let error = await table.failure()
      #expect(error?.code == .accessDenied && error?.attempts == 2)
      #expect(error?.isAmbiguous == isAmbiguous)
    }
  }

  @Test func `an attempt that finds the effect of the one before is shown whose it is`() async throws {
    let own = #"{"__type":"\#(Self.refusal)","Item":{"id":{"S":"k"}}}"#
    let table = try Table { connection in
      connection == 0 ? [.readRequest, .close] : ScriptedPeer.Step.inTurn(.answer(400, own))
    }
    defer { table.shutdown() }
    #expect(try await table.put() == .refused(Self.key))
    #expect(table.peer.record.requests.count == 2)
  }

  @Test func `no attempt outlasts the deadline, and the time of an attempt is bounded`() async throws {
    let table = try Table { _ in [.readRequest, .pause(.seconds(30))] }
    defer { table.shutdown() }
    let deadline = RecordedPauses.start.advanced(by: .milliseconds(20))
    let cut = await table.failure(deadline: deadline)
    #expect(cut?.transport?.code == .totalTimeout && cut?.isAmbiguous == true)
    let late = await table.failure(deadline: RecordedPauses.start.advanced(by: .milliseconds(-1)))
    #expect(late?.code == .cancelled && late?.isAmbiguous == false)
    #expect(table.peer.record.requests.count == 1)
    #expect(DynamoDBClient.terms(nil).timeout == .milliseconds(1_500))
  }

  @Test(arguments: ["<html>", "[]", #"{"Item":[]}"#, #"{"Item":{"id":"k"}}"#])
  func `an answer that cannot be read is an error, and for a write no doubt: its status says enough`(
    answer: String
  ) async throws {
    let table = try Table { _ in ScriptedPeer.Step.inTurn(.answer(200, answer), .answer(200, answer)) }
    defer { table.shutdown() }
    let error = await #expect(throws: AWSError.self) { try await table.dynamodb.get(Self.key, from: "ticks") }
    #expect(error?.code == .badAnswer)
    #expect(try await table.put() == .done)
  }
}
