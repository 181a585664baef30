/// What a write does and when it may.
///
/// Attributes are called `#name` in the texts and named in `names`, values `:value` and given in `values`: bare names clash
/// with hundreds of reserved words, `owner` and `state` among them (Amazon DynamoDB Developer Guide, "Reserved words in
/// DynamoDB").
package struct DynamoDBExpressions: Sendable {
  package var condition: String
  /// Of UpdateItem only.
  package var update: String?
  package var names: [String: String]
  package var values: [String: DynamoDBItem.Value]

  package init(
    condition: String, update: String? = nil, names: [String: String], values: [String: DynamoDBItem.Value] = [:]
  ) {
    self.condition = condition
    self.update = update
    self.names = names
    self.values = values
  }
}
