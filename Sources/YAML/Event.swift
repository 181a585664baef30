/// What libyaml finds next.
struct Event {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    case scalar(String, isPlain: Bool)
    case alias(String)
    case sequenceStart, sequenceEnd, mappingStart, mappingEnd
  }

  let kind: Kind
  let place: YAMLPlace
  /// The name by which aliases mean it.
  var anchor: String?
  /// As libyaml resolves it: `tag:yaml.org,2002:str` for `!!str`.
  var tag: String?
}
