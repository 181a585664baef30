/// An item of a table: its attributes by name.
package struct DynamoDBItem: Sendable, Hashable {
  /// Strings and numbers are what we write; the rest is only told apart from nothing.
  package enum Value: Sendable, Hashable {
    case string(String)
    /// As text, which is how numbers travel.
    case number(String)
    case other
  }

  package var attributes: [String: Value]

  package init(_ attributes: [String: Value]) {
    self.attributes = attributes
  }

  /// A String attribute's text; nil also for one of another type.
  package func string(_ name: String) -> String? {
    if case .string(let text) = attributes[name] { text } else { nil }
  }

  /// A Number attribute's text, likewise.
  package func number(_ name: String) -> String? {
    if case .number(let text) = attributes[name] { text } else { nil }
  }
}

extension DynamoDBItem.Value: Codable {
  private enum CodingKeys: String, CodingKey {
    case string = "S"
    case number = "N"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let text = try container.decodeIfPresent(String.self, forKey: .string) {
      self = .string(text)
    } else if let text = try container.decodeIfPresent(String.self, forKey: .number) {
      self = .number(text)
    } else {
      self = .other
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .string(let text): try container.encode(text, forKey: .string)
    case .number(let text): try container.encode(text, forKey: .number)
    case .other:
      throw EncodingError.invalidValue(self, .init(codingPath: encoder.codingPath, debugDescription: "neither S nor N"))
    }
  }
}
