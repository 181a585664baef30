import AWS
import Curl
import SQSD
import TestSupport
import Testing

@testable import Daemon

/// The claims' calls at a table.
@Suite(.timeLimit(.minutes(2)))
struct ClaimTableTests {
  private static let tick = Tick(task: "clean up", scheduledAt: Timestamp(secondsSince1970: 1_767_323_040))
  private static let a = ClaimToken(owner: "a", number: 1)
  private static let b = ClaimToken(owner: "b", number: 7)
  private static let wall: @Sendable () -> Int64 = { 1_767_323_041_999 }

  private func withTable(_ body: (MotoWorld, ClaimTable) async throws -> Void) async throws {
    let moto = try await MotoWorld.shared.value
    try await body(moto, moto.claimTable(try await moto.makeTable(), wall: Self.wall))
  }

  private func answer(_ table: ClaimTable, _ call: TickClaim.Call) async -> TickClaim.Answer {
    await table.perform(call, Self.tick).answer
  }

  private func record(_ token: ClaimToken, _ state: ClaimRecord.State) -> ClaimRecord {
    ClaimRecord(token: token, state: state)
  }

  @Test func `of two claims one holds, and the other is shown it`() async throws {
    try await withTable { _, table in
      #expect(await answer(table, .look) == .found(nil))
      #expect(await answer(table, .claim(as: Self.a)) == .done)
      #expect(await answer(table, .claim(as: Self.b)) == .refused(record(Self.a, .claimed)))
      #expect(await answer(table, .look) == .found(record(Self.a, .claimed)))
      #expect(await answer(table, .mark(Self.b)) == .refused(record(Self.a, .claimed)))
      #expect(await answer(table, .mark(Self.a)) == .done)
      #expect(await answer(table, .mark(Self.a)) == .done)
      #expect(await answer(table, .look) == .found(record(Self.a, .sent)))
    }
  }

  @Test func `a takeover needs the token that was seen, and a tick that is not sent`() async throws {
    try await withTable { _, table in
      let c = ClaimToken(owner: "c", number: 1)
      #expect(await answer(table, .takeOver(from: Self.a, as: Self.b)) == .refused(nil))
      _ = await answer(table, .claim(as: Self.a))
      #expect(await answer(table, .takeOver(from: c, as: Self.b)) == .refused(record(Self.a, .claimed)))
      #expect(await answer(table, .takeOver(from: Self.a, as: Self.b)) == .done)
      #expect(await answer(table, .giveBack(Self.a)) == .refused(record(Self.b, .claimed)))
      #expect(await answer(table, .giveBack(Self.b)) == .done)
      #expect(await answer(table, .look) == .found(record(Self.b, .free)))
      #expect(await answer(table, .takeOver(from: Self.b, as: c)) == .done)
      #expect(await answer(table, .mark(c)) == .done)
      #expect(await answer(table, .takeOver(from: c, as: Self.a)) == .refused(record(c, .sent)))
      #expect(await answer(table, .giveBack(c)) == .refused(record(c, .sent)))
    }
  }

  @Test func `a record is what the documents say, beside what others keep in the table`() async throws {
    try await withTable { moto, table in
      _ = try await moto.dynamodb.put(
        DynamoDBItem(["id": .string("clean up"), "timestamp": .number("1")]), into: table.name,
        DynamoDBExpressions(condition: "attribute_not_exists(#id)", names: ["#id": "id"]))
      #expect(await answer(table, .claim(as: Self.a)) == .done)
      let key = DynamoDBItem(["id": .string("beanpole/tick/jobs/clean%20up/2026-01-02T03:04:00Z")])
      var item = DynamoDBItem([
        "id": .string("beanpole/tick/jobs/clean%20up/2026-01-02T03:04:00Z"), "owner": .string("a/1"),
        "state": .string("claimed"), "claimed_at": .string("2026-01-02T03:04:01Z"), "expires": .number("1767409440"),
      ])
      #expect(try await moto.dynamodb.get(key, from: table.name) == item)
      _ = await answer(table, .mark(Self.a))
      item.attributes["state"] = .string("sent")
      item.attributes["sent_at"] = .string("2026-01-02T03:04:01Z")
      #expect(try await moto.dynamodb.get(key, from: table.name) == item)
      let theirs = try await moto.dynamodb.get(DynamoDBItem(["id": .string("clean up")]), from: table.name)
      #expect(theirs?.number("timestamp") == "1")
    }
  }

  @Test func `a record that nobody here has written is a failure, not a claim`() async throws {
    try await withTable { moto, table in
      _ = try await moto.dynamodb.put(
        DynamoDBItem([
          "id": .string(TickNames.key(Self.tick, queue: "jobs")), "owner": .string("a/1"), "state": .string("paused"),
        ]), into: table.name, DynamoDBExpressions(condition: "attribute_not_exists(#id)", names: ["#id": "id"]))
      for call in [TickClaim.Call.look, .claim(as: Self.a)] {
        let answer = await table.perform(call, Self.tick)
        #expect(answer.answer == .failed && answer.reason?.contains("a later version") == true)
      }
    }
  }

  @Test func `the check proves all three rights, again and again`() async throws {
    try await withTable { moto, table in
      for _ in 0..<2 { #expect(await table.check() == TickAnswer(.done)) }
      let item = try await moto.dynamodb.get(DynamoDBItem(["id": .string("beanpole/check/jobs")]), from: table.name)
      #expect(item?.number("expires") == "1767409441")
    }
  }

  @Test func `a table that is not there, or has another key, is told with what to do`() async throws {
    let moto = try await MotoWorld.shared.value
    let missing = await moto.claimTable("none", wall: Self.wall).check()
    #expect(missing.answer == .failed)
    #expect(missing.reason?.hasPrefix("table none in us-east-1: PutItem failed: ResourceNotFoundException") == true)
    #expect(missing.reason?.contains("aws dynamodb create-table --table-name none --region us-east-1") == true)
    let other = await moto.claimTable(try await moto.makeTable(key: "name"), wall: Self.wall).check()
    #expect(other.answer == .failed && other.reason?.contains("partition key named id of type String") == true)
  }

  @Test func `a role that may not is told the statement that it lacks`() async throws {
    let peer = try ScriptedPeer { _ in
      let body = #"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: x is not authorized"}"#
      return [.answerAll("HTTP/1.1 400 X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")]
    }
    let curl = try CurlClient()
    defer {
      curl.shutdown()
      peer.stop()
    }
    let endpoint = try Endpoint.resolve(
      .dynamodb, region: "eu-west-1", environment: ["AWS_ENDPOINT_URL": peer.url]
    ).endpoint
    let client = DynamoDBClient(
      client: curl, endpoint: endpoint, credentials: Credentials(accessKeyID: "a", secretAccessKey: Secret("b")))
    let answer = await ClaimTable(client: client, name: "ticks", queue: "jobs", wall: Self.wall).perform(
      .mark(Self.a), Self.tick)
    #expect(answer.answer == .failed)
    let reason = try #require(answer.reason)
    #expect(reason.hasPrefix("table ticks in eu-west-1: UpdateItem failed: AccessDeniedException"))
    #expect(reason.contains("needs dynamodb:UpdateItem"))
    #expect(
      reason.hasSuffix(
        #"{"Effect":"Allow","Action":["dynamodb:PutItem","dynamodb:GetItem","dynamodb:UpdateItem"],"#
          + #""Resource":"arn:aws:dynamodb:eu-west-1:*:table/ticks"}"#))
    #expect(TableFault.statement(table: "t", region: "cn-north-1").contains("arn:aws-cn:dynamodb:cn-north-1:"))
    #expect(
      TableFault.statement(table: "arn:aws:dynamodb:x:1:table/t", region: "x").contains(#""arn:aws:dynamodb:x:1:"#))
  }

  @Test func `an answer that is lost leaves the claim open`() async throws {
    let peer = try ScriptedPeer { _ in [.readRequest, .close] }
    let curl = try CurlClient()
    defer {
      curl.shutdown()
      peer.stop()
    }
    let endpoint = try Endpoint.resolve(
      .dynamodb, region: "eu-west-1", environment: ["AWS_ENDPOINT_URL": peer.url]
    ).endpoint
    let client = DynamoDBClient(
      client: curl, endpoint: endpoint, credentials: Credentials(accessKeyID: "a", secretAccessKey: Secret("b")))
    let answer = await ClaimTable(client: client, name: "ticks", queue: "jobs", wall: Self.wall).perform(
      .claim(as: Self.a), Self.tick)
    #expect(answer.answer == .unknown && answer.reason?.hasPrefix("table ticks in eu-west-1: PutItem failed") == true)
  }

  @Test(arguments: ["a/1", "host-1/é/12", "/0"])
  func `a token is read as it is written`(text: String) {
    #expect(ClaimToken(parsing: text)?.description == text)
  }

  @Test(arguments: ["", "a", "a/", "a/b", "1/-"])
  func `other texts are no tokens`(text: String) {
    #expect(ClaimToken(parsing: text) == nil)
  }
}
