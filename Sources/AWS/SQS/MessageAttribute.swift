/// An attribute that the sender gave a message.
package struct MessageAttribute: Sendable, Hashable {
  /// A String or Number attribute's text, or a Binary attribute's bytes.
  package enum Value: Sendable, Hashable {
    case string(String)
    case binary([UInt8])
  }

  package var name: String
  /// "String", "Number" or "Binary", with the sender's label if it gave one: "Number.float".
  package var dataType: String
  package var value: Value

  package init(name: String, dataType: String, value: Value) {
    self.name = name
    self.dataType = dataType
    self.value = value
  }
}
