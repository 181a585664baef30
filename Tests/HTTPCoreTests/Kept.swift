/// One value kept from one request to the next, on one connection: its requests run one after the other, on one event
/// loop, so nothing else is needed.
final class Kept<Value: Sendable>: @unchecked Sendable {
  var value: Value?
}
