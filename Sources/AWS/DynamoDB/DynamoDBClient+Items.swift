import Curl
import FoundationEssentials

extension DynamoDBClient {
  /// PutItem: writes a whole item if the condition holds for the one that is there, or for none.
  package func put(
    _ item: DynamoDBItem, into table: String, _ expressions: DynamoDBExpressions,
    deadline: ContinuousClock.Instant? = nil
  ) async throws -> ConditionalWrite {
    try await write(
      "PutItem", ItemRequest(table: table, item: item.attributes, expressions: expressions), deadline: deadline)
  }

  /// UpdateItem: changes the attributes of an item if the condition holds for it.
  package func update(
    _ key: DynamoDBItem, in table: String, _ expressions: DynamoDBExpressions,
    deadline: ContinuousClock.Instant? = nil
  ) async throws -> ConditionalWrite {
    try await write(
      "UpdateItem", ItemRequest(table: table, key: key.attributes, expressions: expressions), deadline: deadline)
  }

  /// GetItem: the item with that key, nil if there is none. It is read consistently, after all writes that were answered.
  package func get(
    _ key: DynamoDBItem, from table: String, deadline: ContinuousClock.Instant? = nil
  ) async throws -> DynamoDBItem? {
    try await service.call(
      "GetItem", body: GetRequest(table: table, key: key.attributes), terms: Self.terms(deadline), as: GetAnswer.self
    ).item.map { DynamoDBItem($0) }
  }

  private func write(
    _ operation: String, _ request: ItemRequest, deadline: ContinuousClock.Instant?
  ) async throws -> ConditionalWrite {
    var terms = Self.terms(deadline)
    terms.isAnswer = { $0.status == 200 || Self.isRefusal($0) }
    let answer = try await service.call(operation, body: request, terms: terms)
    guard answer.status != 200 else { return .done }
    let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(answer.body))
    return .refused(refusal?.item.map { DynamoDBItem($0) })
  }

  /// "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException": the service did what it was asked for.
  private static func isRefusal(_ answer: CurlResponse) -> Bool {
    guard answer.status == 400, let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(answer.body)) else {
      return false
    }
    return refusal.type.flatMap { AWSError.shapeName($0) } == "ConditionalCheckFailedException"
  }
}

private struct ItemRequest: Encodable {
  var table: String
  var item: [String: DynamoDBItem.Value]?
  var key: [String: DynamoDBItem.Value]?
  var condition: String
  var update: String?
  var names: [String: String]
  var values: [String: DynamoDBItem.Value]?
  /// Spares a refused writer the read, at no cost.
  var onRefusal = "ALL_OLD"

  init(
    table: String, item: [String: DynamoDBItem.Value]? = nil, key: [String: DynamoDBItem.Value]? = nil,
    expressions: DynamoDBExpressions
  ) {
    self.table = table
    self.item = item
    self.key = key
    condition = expressions.condition
    update = expressions.update
    names = expressions.names
    // An empty object is refused.
    values = expressions.values.isEmpty ? nil : expressions.values
  }

  enum CodingKeys: String, CodingKey {
    case table = "TableName"
    case item = "Item"
    case key = "Key"
    case condition = "ConditionExpression"
    case update = "UpdateExpression"
    case names = "ExpressionAttributeNames"
    case values = "ExpressionAttributeValues"
    case onRefusal = "ReturnValuesOnConditionCheckFailure"
  }
}

private struct GetRequest: Encodable {
  var table: String
  var key: [String: DynamoDBItem.Value]
  var isConsistent = true

  enum CodingKeys: String, CodingKey {
    case table = "TableName"
    case key = "Key"
    case isConsistent = "ConsistentRead"
  }
}

private struct GetAnswer: Decodable {
  var item: [String: DynamoDBItem.Value]?

  enum CodingKeys: String, CodingKey {
    case item = "Item"
  }
}

private struct Refusal: Decodable {
  var type: String?
  var item: [String: DynamoDBItem.Value]?

  enum CodingKeys: String, CodingKey {
    case type = "__type"
    case item = "Item"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    type = try container.decodeIfPresent(String.self, forKey: .type)
    // A refusal stays one when its item cannot be read.
    item = try? container.decodeIfPresent([String: DynamoDBItem.Value].self, forKey: .item)
  }
}
