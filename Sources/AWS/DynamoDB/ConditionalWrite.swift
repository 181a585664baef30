/// What became of a write with a condition.
package enum ConditionalWrite: Sendable, Hashable {
  case done
  /// The condition did not hold. With the item that is there, nil if there is none or the server did not send it: then
  /// GetItem tells.
  case refused(DynamoDBItem?)
}
