/// Makes a tree of events, and keeps it within the limits.
struct TreeBuilder {
  /// A finished node, and what a copy of it costs.
  private struct Subtree {
    let node: YAMLNode
    /// Nodes in it, its own included.
    let size: Int
    /// Collections inside of each other.
    let height: Int
  }

  /// A collection whose end has not come yet.
  private struct Collection {
    let isMapping: Bool
    let place: YAMLPlace
    let anchor: String?
    var elements: [YAMLNode] = []
    var members: [YAMLMember] = []
    /// The key that waits for its value.
    var key: (text: String, place: YAMLPlace)?
    var size = 1
    var height = 1
  }

  private enum Anchor {
    case open
    case finished(Subtree)
  }

  private let limits: YAMLLimits
  private var open: [Collection] = []
  private var anchors: [String: Anchor] = [:]
  private var nodes = 0
  private(set) var root: YAMLNode?

  init(limits: YAMLLimits) {
    self.limits = limits
  }

  /// False at the end.
  mutating func take(_ event: Event) throws(YAMLError) -> Bool {
    try refuseStrangeTag(event)
    switch event.kind {
    case .streamStart, .documentEnd: break
    case .streamEnd: return false
    case .documentStart:
      guard root == nil else {
        throw YAMLError("a second document begins here: one file, one document", at: event.place)
      }
    case .scalar(let text, let isPlain):
      try count(1, at: event.place)
      // `! text` and `!!str text` are texts, whatever they look like.
      let node = YAMLNode(.scalar(text, isPlain: isPlain && event.tag == nil), at: event.place)
      try add(Subtree(node: node, size: 1, height: 0), anchor: event.anchor)
    case .alias(let name): try addCopy(of: name, at: event.place)
    case .sequenceStart: try begin(isMapping: false, event)
    case .mappingStart: try begin(isMapping: true, event)
    case .sequenceEnd, .mappingEnd:
      guard let collection = open.popLast() else { break }
      let content: YAMLNode.Content =
        collection.isMapping ? .mapping(collection.members) : .sequence(collection.elements)
      try add(
        Subtree(
          node: YAMLNode(content, at: collection.place), size: collection.size, height: collection.height),
        anchor: collection.anchor)
    }
    return true
  }

  private mutating func begin(isMapping: Bool, _ event: Event) throws(YAMLError) {
    try count(1, at: event.place)
    guard open.count < limits.depth else { throw tooDeep(event.place) }
    if let name = event.anchor { anchors[name] = .open }
    open.append(Collection(isMapping: isMapping, place: event.place, anchor: event.anchor))
  }

  private mutating func addCopy(of name: String, at place: YAMLPlace) throws(YAMLError) {
    switch anchors[name] {
    case .finished(let original):
      try count(original.size, at: place)
      guard open.count + original.height <= limits.depth else { throw tooDeep(place) }
      let copy = YAMLNode(original.node.content, at: place)
      try add(Subtree(node: copy, size: original.size, height: original.height), anchor: nil)
    case .open:
      throw YAMLError("an alias inside of what it stands for", at: place)
    case nil:
      throw YAMLError("an alias of nothing (a text that begins with * must be quoted)", at: place)
    }
  }

  private mutating func add(_ subtree: Subtree, anchor: String?) throws(YAMLError) {
    if let anchor { anchors[anchor] = .finished(subtree) }
    guard var parent = open.popLast() else { return root = subtree.node }
    parent.size += subtree.size
    parent.height = max(parent.height, subtree.height + 1)
    if !parent.isMapping {
      parent.elements.append(subtree.node)
    } else if let key = parent.key {
      parent.members.append(YAMLMember(key.text, at: key.place, subtree.node))
      parent.key = nil
    } else {
      guard let text = subtree.node.text else {
        throw YAMLError("a key that is no text (one that begins with { or [ must be quoted)", at: subtree.node.place)
      }
      parent.key = (text, subtree.node.place)
    }
    open.append(parent)
  }

  private mutating func count(_ more: Int, at place: YAMLPlace) throws(YAMLError) {
    nodes += more
    guard nodes <= limits.nodes else {
      throw YAMLError("more than \(limits.nodes) keys and values, aliases counted as what they stand for", at: place)
    }
  }

  private func tooDeep(_ place: YAMLPlace) -> YAMLError {
    YAMLError("more than \(limits.depth) levels, one inside of the other", at: place)
  }

  private static let knownTags = ["str", "int", "float", "bool", "null", "seq", "map"].map { "tag:yaml.org,2002:\($0)" }

  private func refuseStrangeTag(_ event: Event) throws(YAMLError) {
    guard let tag = event.tag, tag != "!", !Self.knownTags.contains(tag) else { return }
    throw YAMLError("a tag that means nothing here (a text that begins with ! must be quoted)", at: event.place)
  }
}
