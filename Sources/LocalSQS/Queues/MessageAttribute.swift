/// A message attribute: its data type with any custom suffix (`Number.float`), and its value.
struct MessageAttribute: Hashable, Sendable {
  enum Value: Hashable, Sendable {
    case text(String)
    case binary([UInt8])
  }

  let dataType: String
  let value: Value

  var byteCount: Int {
    let bytes = dataType.utf8.count
    return switch value {
    case .text(let text): bytes + text.utf8.count
    case .binary(let data): bytes + data.count
    }
  }
}
