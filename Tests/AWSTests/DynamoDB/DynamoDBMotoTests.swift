import Curl
import Foundation
import Testing

@testable import AWS

/// Against moto's DynamoDB, with boto3 as the other client.
@Suite(.timeLimit(.minutes(1))) struct DynamoDBMotoTests {
  private static let isNew = DynamoDBExpressions(condition: "attribute_not_exists(#id)", names: ["#id": "id"])

  private func withTable(_ body: (PythonPeer, DynamoDBClient, String) async throws -> Void) async throws {
    let peer = try await PythonPeer.moto.value
    let curl = try CurlClient()
    defer { curl.shutdown() }
    let table = UUID().uuidString
    let created = try await peer.boto3(
      "create_table",
      [
        "TableName": table, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [["AttributeName": "id", "KeyType": "HASH"]],
        "AttributeDefinitions": [["AttributeName": "id", "AttributeType": "S"]],
      ], of: "dynamodb")
    #expect(created["error"] == nil)
    let resolution = try Endpoint.resolve(
      .dynamodb, region: "eu-west-1", environment: ["AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:\(peer.port)"])
    let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret(PythonPeer.secret))
    try await body(
      peer, DynamoDBClient(client: curl, endpoint: resolution.endpoint, credentials: credentials), table)
  }

  private func owned(by owner: String, state: String = "claimed") -> DynamoDBItem {
    DynamoDBItem(["id": .string("a/é\"b"), "owner": .string(owner), "state": .string(state), "expires": .number("7")])
  }

  private var key: DynamoDBItem { DynamoDBItem(["id": .string("a/é\"b")]) }

  @Test func `the first to put an item has it, and the second is shown it`() async throws {
    try await withTable { peer, dynamodb, table in
      #expect(try await dynamodb.get(key, from: table) == nil)
      #expect(try await dynamodb.put(owned(by: "one"), into: table, Self.isNew) == .done)
      #expect(try await dynamodb.put(owned(by: "two"), into: table, Self.isNew) == .refused(owned(by: "one")))
      #expect(try await dynamodb.get(key, from: table) == owned(by: "one"))
      let theirs = try await peer.boto3(
        "get_item", ["TableName": table, "Key": ["id": ["S": "a/é\"b"]]], of: "dynamodb")
      #expect(
        theirs["Item"] as? NSDictionary == [
          "id": ["S": "a/é\"b"], "owner": ["S": "one"], "state": ["S": "claimed"], "expires": ["N": "7"],
        ])
    }
  }

  @Test func `an update happens where its condition holds, under names that are reserved words`() async throws {
    try await withTable { _, dynamodb, table in
      func update(_ owner: String, if seen: String) async throws -> ConditionalWrite {
        try await dynamodb.update(
          key, in: table,
          DynamoDBExpressions(
            condition: "#o = :seen AND #s <> :sent", update: "SET #o = :me, #s = :sent",
            names: ["#o": "owner", "#s": "state"],
            values: [":seen": .string(seen), ":me": .string(owner), ":sent": .string("sent")]))
      }
      #expect(try await update("one", if: "none") == .refused(nil))
      _ = try await dynamodb.put(owned(by: "one"), into: table, Self.isNew)
      #expect(try await update("two", if: "other") == .refused(owned(by: "one")))
      #expect(try await update("two", if: "one") == .done)
      #expect(try await update("three", if: "two") == .refused(owned(by: "two", state: "sent")))
      #expect(try await dynamodb.get(key, from: table) == owned(by: "two", state: "sent"))
    }
  }

  @Test func `what boto3 wrote we read, types that we do not write as well`() async throws {
    try await withTable { peer, dynamodb, table in
      _ = try await peer.boto3(
        "put_item",
        [
          "TableName": table,
          "Item": [
            "id": ["S": "a/é\"b"], "n": ["N": "-1.5"], "b": ["BOOL": true], "l": ["L": [["S": "x"]]],
            "z": ["NULL": true],
            "m": ["M": ["S": ["S": "x"]]], "bytes": ["B": ["base64": "AAH/"]],
          ],
        ], of: "dynamodb")
      let item = try #require(try await dynamodb.get(key, from: table))
      #expect(item.number("n") == "-1.5" && item.string("n") == nil && item.string("id") == "a/é\"b")
      #expect(["b", "l", "z", "m", "bytes"].allSatisfy { item.attributes[$0] == .other })
      let refusal = try await dynamodb.put(owned(by: "one"), into: table, Self.isNew)
      #expect(refusal == .refused(item))
    }
  }

  @Test func `a table that is not there, and a mistake in an expression, are errors`() async throws {
    try await withTable { _, dynamodb, table in
      await expect(.resourceDoesNotExist) { _ = try await dynamodb.get(key, from: "none-\(table)") }
      await expect(.resourceDoesNotExist) {
        _ = try await dynamodb.put(owned(by: "one"), into: "none-\(table)", Self.isNew)
      }
      await expect(.invalidRequest) {
        _ = try await dynamodb.put(
          owned(by: "one"), into: table, DynamoDBExpressions(condition: "((", names: ["#id": "id"]))
      }
      await expect(.invalidRequest) { _ = try await dynamodb.get(DynamoDBItem(["no": .string("x")]), from: table) }
    }
  }

  private func expect(
    _ code: AWSError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ call: () async throws -> Void
  ) async {
    do {
      try await call()
      Issue.record("no error", sourceLocation: sourceLocation)
    } catch {
      let error = error as? AWSError
      #expect(error?.code == code && error?.isAmbiguous == false, "\(error as Any)", sourceLocation: sourceLocation)
    }
  }
}
