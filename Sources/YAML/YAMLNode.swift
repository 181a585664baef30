// YAML: reads one document into a tree in which everything knows its line.
//
// YAMLNode       the tree, and how to get one from bytes.
// TextCheck      is it text at all, before libyaml sees it.
// EventParser    sole owner of libyaml's parser: bytes to events.
// TreeBuilder    events to the tree; aliases, and the limits that hold after they are resolved.
//
// What it decides where YAML 1.1 leaves a choice:
// - A scalar stays text. Whether `no`, `010` or `1_000` is a word or a number is for the one who asked for it.
// - Keys are text. Members keep their order, and one that is there twice is there twice: `repeated` finds them.
// - An alias is what it stands for, at its own place. `<<` is a key like any other.
// - Tags other than YAML's own (`!!str` and the like) are refused: nothing here would give them a meaning.
// - One document; a second one is refused, not ignored.

/// One value of a document, and where it stands.
package struct YAMLNode: Sendable, Equatable {
  package enum Content: Sendable, Equatable {
    /// `isPlain` without quotes: only then can it stand for something else than this text.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([YAMLMember])
  }

  package var content: Content
  package var place: YAMLPlace

  package init(_ content: Content, at place: YAMLPlace) {
    self.content = content
    self.place = place
  }

  /// Reads a text. One without any document, such as comments only, is null.
  package init(parsing bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
    let text = try TextCheck.withoutMark(bytes, limits)
    var parser = try EventParser(text)
    var builder = TreeBuilder(limits: limits)
    while try builder.take(try parser.next()) {}
    self = builder.root ?? YAMLNode(.scalar("", isPlain: true), at: .start)
  }

  /// Written as nothing, `~` or `null`, without quotes.
  package var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  package var text: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }

  package var elements: [YAMLNode]? {
    guard case .sequence(let elements) = content else { return nil }
    return elements
  }

  package var members: [YAMLMember]? {
    guard case .mapping(let members) = content else { return nil }
    return members
  }
}

/// A key and its value.
package struct YAMLMember: Sendable, Equatable {
  package let key: String
  /// Where the key stands.
  package let place: YAMLPlace
  package let value: YAMLNode

  package init(_ key: String, at place: YAMLPlace, _ value: YAMLNode) {
    self.key = key
    self.place = place
    self.value = value
  }
}

extension [YAMLMember] {
  /// Members whose key was there before, each with the place of the first one.
  package var repeated: [(member: YAMLMember, first: YAMLPlace)] {
    var places: [String: YAMLPlace] = [:]
    return compactMap { member in
      if let first = places[member.key] { return (member, first) }
      places[member.key] = member.place
      return nil
    }
  }
}
