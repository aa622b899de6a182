import CLibYAML

extension YAMLNode {
  /// The one document of a text; nil where there is none.
  package static func document(_ text: String) throws(YAMLError) -> YAMLNode? {
    var reader = YAMLReader(text)
    return try reader.document()
  }
}

/// Makes nodes of the parser's events.
private struct YAMLReader: ~Copyable {
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  /// Lists and mappings are one storage however many aliases there are of them.
  private var anchors: [String: YAMLNode] = [:]
  private var depth = 0

  /// A level is a call of this reader.
  private static let depthLimit = 100

  init(_ text: String) {
    bytes = .allocate(capacity: text.utf8.count)
    _ = bytes.initialize(from: text.utf8)
    let isReady = yaml_parser_initialize(parser)
    precondition(isReady == 1, "libyaml has no memory for a parser")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  mutating func document() throws(YAMLError) -> YAMLNode? {
    _ = try next()  // of the stream
    guard try next().isDocument else { return nil }
    let root = try node(at: try next())
    _ = try next()  // the document's end
    let rest = try next()
    guard !rest.isDocument else {
      throw rest.error("expected a single document but found another")
    }
    return root
  }

  private mutating func node(at event: Event) throws(YAMLError) -> YAMLNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw event.error("found more than \(Self.depthLimit) lists and mappings inside each other")
    }
    let made: YAMLNode
    switch event.kind {
    case .alias(let name):
      guard let node = anchors[name] else { throw event.error("found undefined alias") }
      return node
    case .text(let text):
      made = YAMLNode(content: .text(text), line: event.line)
    case .list:
      var nodes: [YAMLNode] = []
      while let element = try element() { nodes.append(element) }
      made = YAMLNode(content: .list(nodes), line: event.line)
    case .mapping:
      made = YAMLNode(content: .mapping(try members()), line: event.line)
    case .end, .document:
      preconditionFailure("libyaml ends a list or a mapping that it did not begin")
    }
    if let anchor = event.anchor { anchors[anchor] = made }
    return made
  }

  /// The next node of a list or a mapping; nil at its end.
  private mutating func element() throws(YAMLError) -> YAMLNode? {
    let event = try next()
    if case .end = event.kind { return nil }
    return try node(at: event)
  }

  private mutating func members() throws(YAMLError) -> [(key: YAMLNode, value: YAMLNode)] {
    var members: [(key: YAMLNode, value: YAMLNode)] = []
    var names: Set<String> = []
    while true {
      let event = try next()
      if case .end = event.kind { return members }
      let key = try node(at: event)
      if let name = key.text, !names.insert(name).inserted {
        throw event.error("found the key \(name) for the second time")
      }
      let value = try node(at: try next())
      members.append((key, value))
    }
  }

  private func next() throws(YAMLError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else {
      let state = parser.pointee
      let problem = state.problem.map { String(cString: $0) } ?? "cannot be read"
      let context = state.context.map { String(cString: $0) + ", " } ?? ""
      throw YAMLError(
        problem: context + problem, line: state.problem_mark.line + 1,
        column: state.problem_mark.column + 1)
    }
    defer { yaml_event_delete(&event) }
    return Event(event)
  }
}

/// What the parser said, without its memory.
private struct Event {
  enum Kind {
    case text(String)
    case alias(String)
    case list, mapping
    /// Of a list, a mapping, a document or the stream.
    case end
    /// The beginning of a document, or of the stream.
    case document
  }

  let kind: Kind
  let anchor: String?
  let line: Int
  private let column: Int

  init(_ event: yaml_event_t) {
    func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
      bytes.map { String(decodingCString: $0, as: UTF8.self) }
    }
    line = event.start_mark.line + 1
    column = event.start_mark.column + 1
    switch event.type {
    case YAML_SCALAR_EVENT:
      // May hold NUL, so it has a length.
      let scalar = event.data.scalar
      kind = .text(
        String(
          decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self))
      anchor = text(scalar.anchor)
    case YAML_ALIAS_EVENT:
      kind = .alias(text(event.data.alias.anchor) ?? "")
      anchor = nil
    case YAML_SEQUENCE_START_EVENT:
      kind = .list
      anchor = text(event.data.sequence_start.anchor)
    case YAML_MAPPING_START_EVENT:
      kind = .mapping
      anchor = text(event.data.mapping_start.anchor)
    case YAML_STREAM_START_EVENT, YAML_DOCUMENT_START_EVENT:
      (kind, anchor) = (.document, nil)
    default:
      (kind, anchor) = (.end, nil)
    }
  }

  var isDocument: Bool {
    if case .document = kind { true } else { false }
  }

  func error(_ problem: String) -> YAMLError {
    YAMLError(problem: problem, line: line, column: column)
  }
}
