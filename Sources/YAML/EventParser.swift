internal import CYAML

/// Sole owner of a `yaml_parser_t` and of the text that it reads.
///
/// The parser is on the heap because it keeps a pointer to itself (yaml_parser_set_input_string), so it must never move.
@safe
struct EventParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeMutableRawBufferPointer

  /// Takes valid UTF-8 without a byte order mark.
  init(_ bytes: [UInt8]) throws(YAMLError) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      throw YAMLError("out of memory", at: .start)
    }
    // Never of no bytes: libyaml asserts that there is an address.
    let text = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
    unsafe text.copyBytes(from: bytes)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(
      parser, text.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    unsafe self.parser = unsafe parser
    unsafe self.text = unsafe text
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// The next event. After an error, or the end of the stream, there is none.
  mutating func next() throws(YAMLError) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure }
    defer { unsafe yaml_event_delete(&event) }
    return unsafe Event(event)
  }

  private var failure: YAMLError {
    let place = unsafe YAMLPlace(parser.pointee.problem_mark)
    guard unsafe parser.pointee.error != YAML_MEMORY_ERROR, let problem = unsafe parser.pointee.problem else {
      return YAMLError("out of memory", at: place)
    }
    // The context is where the construct began that could not be finished, such as an open quotation mark.
    let context = unsafe parser.pointee.context.map {
      unsafe (String(cString: $0), YAMLPlace(parser.pointee.context_mark))
    }
    return YAMLError(
      Problem.inOurWords(unsafe String(cString: problem), context: context?.0, begun: context?.1), at: place)
  }
}

extension YAMLPlace {
  /// libyaml counts from 0.
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: mark.line + 1, column: mark.column + 1)
  }
}

extension Event {
  /// Copies what the event points to.
  @unsafe
  fileprivate init(_ event: yaml_event_t) {
    unsafe place = YAMLPlace(event.start_mark)
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: kind = .streamStart
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      // Nothing is repaired here: the text was checked, and libyaml refuses escapes that are no characters.
      let text = unsafe String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      unsafe tag = scalar.tag.map { unsafe String(cString: $0) }
      unsafe anchor = scalar.anchor.map { unsafe String(cString: $0) }
      kind = .scalar(text, isPlain: unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE)
    case YAML_ALIAS_EVENT:
      kind = .alias(unsafe event.data.alias.anchor.map { unsafe String(cString: $0) } ?? "")
    case YAML_SEQUENCE_START_EVENT:
      kind = .sequenceStart
      unsafe tag = event.data.sequence_start.tag.map { unsafe String(cString: $0) }
      unsafe anchor = event.data.sequence_start.anchor.map { unsafe String(cString: $0) }
    case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      kind = .mappingStart
      unsafe tag = event.data.mapping_start.tag.map { unsafe String(cString: $0) }
      unsafe anchor = event.data.mapping_start.anchor.map { unsafe String(cString: $0) }
    case YAML_MAPPING_END_EVENT: kind = .mappingEnd
    // YAML_NO_EVENT comes only after the end of the stream.
    default: kind = .streamEnd
    }
  }
}
