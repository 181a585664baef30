import AWS
import SQSD

/// The table in which ticks are claimed: the calls of ``TickClaim`` in the words of DynamoDB.
///
/// PutItem, GetItem and UpdateItem are all that it needs, and a string key `id`. `expires` is for the table's time-to-live, if
/// it has one: no decision depends on it, nor on `claimed_at` and `sent_at`, which are for people.
struct ClaimTable: Sendable {
  /// How long one call may take with all its attempts.
  static let timeout: Duration = .seconds(3)
  /// Records are of no use once no daemon looks that far back (`--cron-catch-up` is an hour at most). The rest of the day
  /// is for clocks that differ, and for whoever wants to know what happened.
  static let lifetime: Int64 = 86_400

  let client: DynamoDBClient
  let name: String
  /// The queue that the ticks are sent to.
  let queue: String
  var clock = ContinuousClock()
  let wall: @Sendable () -> Int64

  func perform(_ call: TickClaim.Call, _ tick: Tick) async -> TickAnswer {
    let key = TickNames.key(tick, queue: queue)
    let now = "\(Timestamp(millisecondsSince1970: wall()))"
    return switch call {
    case .claim(let token): await claim(key, token, tick, now)
    case .takeOver(let seen, let token):
      await update(
        key, if: "#owner = :seen AND #state <> :sent",
        "SET #owner = :owner, #state = :claimed, #claimed_at = :now, #expires = :expires",
        [
          ":seen": .string("\(seen)"), ":sent": .state(.sent), ":owner": .string("\(token)"),
          ":claimed": .state(.claimed), ":now": .string(now), ":expires": Self.expires(tick),
        ])
    case .mark(let token):
      await update(
        key, if: "#owner = :owner", "SET #state = :sent, #sent_at = :now",
        [":owner": .string("\(token)"), ":sent": .state(.sent), ":now": .string(now)])
    case .giveBack(let token):
      await update(
        key, if: "#owner = :owner AND #state <> :sent", "SET #state = :free",
        [":owner": .string("\(token)"), ":sent": .state(.sent), ":free": .state(.free)])
    case .look, .send: await look(key)
    }
  }

  private func claim(_ key: String, _ token: ClaimToken, _ tick: Tick, _ now: String) async -> TickAnswer {
    await answer(to: "PutItem") {
      try await client.put(
        DynamoDBItem([
          "id": .string(key), "owner": .string("\(token)"), "state": .state(.claimed), "claimed_at": .string(now),
          "expires": Self.expires(tick),
        ]), into: name, Self.isNew, deadline: deadline)
    }
  }

  private func look(_ key: String) async -> TickAnswer {
    do {
      guard let item = try await client.get(DynamoDBItem(["id": .string(key)]), from: name, deadline: deadline) else {
        return TickAnswer(.found(nil))
      }
      guard let record = ClaimRecord(item) else { return Self.unreadable }
      return TickAnswer(.found(record))
    } catch {
      return failure("GetItem", error)
    }
  }

  /// Tries all three rights, so that what is missing shows before a tick is due. It changes nothing but a record of its own.
  func check() async -> TickAnswer {
    let key = DynamoDBItem(["id": .string(TickNames.checkKey(queue: queue))])
    let put = await answer(to: "PutItem") { try await client.put(key, into: name, Self.isNew, deadline: deadline) }
    guard put.reason == nil else { return put }
    do {
      _ = try await client.get(key, from: name, deadline: deadline)
    } catch {
      return failure("GetItem", error)
    }
    let expires = DynamoDBItem.Value.number("\(wall() / 1000 + Self.lifetime)")
    let update = await answer(to: "UpdateItem") {
      try await client.update(
        key, in: name,
        DynamoDBExpressions(
          condition: "attribute_exists(#id)", update: "SET #expires = :expires",
          names: ["#id": "id", "#expires": "expires"], values: [":expires": expires]), deadline: deadline)
    }
    return update.reason == nil ? TickAnswer(.done) : update
  }

  private static let isNew = DynamoDBExpressions(condition: "attribute_not_exists(#id)", names: ["#id": "id"])

  private var deadline: ContinuousClock.Instant { clock.now.advanced(by: Self.timeout) }

  private static func expires(_ tick: Tick) -> DynamoDBItem.Value {
    .number("\(tick.scheduledAt.secondsSince1970 + lifetime)")
  }

  private func update(
    _ key: String, if condition: String, _ update: String, _ values: [String: DynamoDBItem.Value]
  ) async -> TickAnswer {
    let names = ["owner", "state", "claimed_at", "sent_at", "expires"].filter {
      // Names that are not used are refused.
      condition.contains("#\($0) ") || update.contains("#\($0) ")
    }
    return await answer(to: "UpdateItem") {
      try await client.update(
        DynamoDBItem(["id": .string(key)]), in: name,
        DynamoDBExpressions(
          condition: condition, update: update,
          names: Dictionary(uniqueKeysWithValues: names.map { ("#\($0)", $0) }), values: values),
        deadline: deadline)
    }
  }

  private func answer(
    to operation: String, _ write: () async throws -> ConditionalWrite
  ) async -> TickAnswer {
    do {
      switch try await write() {
      case .done: return TickAnswer(.done)
      case .refused(nil): return TickAnswer(.refused(nil))
      case .refused(let item?): return ClaimRecord(item).map { TickAnswer(.refused($0)) } ?? Self.unreadable
      }
    } catch {
      return failure(operation, error)
    }
  }

  private static let unreadable = TickAnswer(
    .failed, "a record of ours has no owner or no state that is known here; a later version may have written it")

  private func failure(_ operation: String, _ error: any Error) -> TickAnswer {
    let isAmbiguous = (error as? AWSError)?.isAmbiguous ?? true
    return TickAnswer(
      isAmbiguous ? .unknown : .failed,
      TableFault.text(error, operation: operation, table: name, region: client.endpoint.region))
  }
}

extension DynamoDBItem.Value {
  fileprivate static func state(_ state: ClaimRecord.State) -> Self { .string(state.rawValue) }
}

extension ClaimRecord {
  /// Nil for what no daemon of this version writes.
  init?(_ item: DynamoDBItem) {
    guard let state = item.string("state").flatMap(State.init(rawValue:)),
      let token = item.string("owner").flatMap(ClaimToken.init(parsing:))
    else { return nil }
    self.init(token: token, state: state)
  }
}

extension ClaimToken {
  /// Reads what its description writes.
  init?(parsing text: String) {
    guard let slash = text.lastIndex(of: "/"), let number = Int(text[text.index(after: slash)...]) else { return nil }
    self.init(owner: String(text[..<slash]), number: number)
  }
}
