import Yams

/// Reads YAML into `SourceNode`s: the only place, with `RepeatedKeys`, that knows Yams.
///
/// What YAML allows and a configuration does not need is refused with a sentence, not guessed at: a second
/// document, tags, keys that are not plain text, a key twice. Aliases are allowed, but what they blow up to is
/// bounded: the nodes that come out are counted, and an alias in a key is refused before Yams sees it, because
/// Yams hashes keys whole.
struct YAMLDocument {
  static let maxNodes = 20_000
  static let maxDepth = 32

  private let file: String
  private let problems: ProblemList
  private var nodesLeft = maxNodes
  private var isTooLarge = false

  /// The root of the document; `nil` when it is empty or when a problem was reported that leaves nothing.
  static func read(_ text: String, file: String, problems: ProblemList) -> SourceNode? {
    var document = YAMLDocument(file: file, problems: problems)
    if let line = AliasInKey.line(in: text) {
      document.report(
        SourcePosition(line: line, column: 1),
        "a key holds an alias. Write the key out; an alias may stand as a value."
      )
      return nil
    }
    switch RepeatedKeys.compose(text) {
    case .failure(let failure):
      document.report(failure.position, failure.message)
      return nil
    case .success(nil):
      return nil
    case .success(let root?):
      return document.convert(root, depth: 0)
    }
  }

  private init(file: String, problems: ProblemList) {
    self.file = file
    self.problems = problems
  }

  private func report(_ position: SourcePosition, _ message: String, key: String = "") {
    problems.report(
      Problem(place: .file(file, line: position.line, column: position.column), key: key, message: message)
    )
  }

  // MARK: Nodes

  /// `nil` once the bounds are reached: then the rest of the file is not looked at.
  private mutating func convert(_ node: Node, depth: Int) -> SourceNode? {
    let position = SourcePosition(node.mark)
    nodesLeft -= 1
    guard nodesLeft >= 0, depth <= Self.maxDepth else {
      reportSize(position, depth: depth)
      return nil
    }
    switch node {
    case .scalar(let scalar):
      return convert(scalar, position)
    case .sequence(let sequence):
      refuseTag(sequence.tag, unless: .seq, position)
      let nodes = sequence.compactMap { convert($0, depth: depth + 1) }
      return SourceNode(content: .sequence(nodes), position: position)
    case .mapping(let mapping):
      refuseTag(mapping.tag, unless: .map, position)
      return SourceNode(content: .mapping(entries(of: mapping, depth: depth + 1)), position: position)
    case .alias:
      return nil  // Yams resolves aliases while it parses; this case is only for what it writes.
    }
  }

  private func convert(_ scalar: Node.Scalar, _ position: SourcePosition) -> SourceNode {
    refuseTag(scalar.tag, unless: .str, position)
    let isPlain = scalar.style == .plain && scalar.tag.rawValue != Tag.Name.str.rawValue
    return SourceNode(content: .scalar(scalar.string, isPlain: isPlain), position: position)
  }

  private func refuseTag(_ tag: Tag, unless usual: Tag.Name, _ position: SourcePosition) {
    let name = tag.rawValue
    guard name != Tag.Name.implicit.rawValue, name != usual.rawValue else { return }
    report(position, "a YAML tag (`!…`) stands here. Tags are not used in this file; leave it out.")
  }

  private mutating func reportSize(_ position: SourcePosition, depth: Int) {
    guard !isTooLarge else { return }
    isTooLarge = true
    report(
      position,
      depth > Self.maxDepth
        ? "values are nested more than \(Self.maxDepth) levels deep."
        : "the file holds more than \(Self.maxNodes) values, counting what its aliases stand for."
    )
  }

  // MARK: Mappings

  private mutating func entries(of mapping: Node.Mapping, depth: Int) -> [SourceEntry] {
    var entries: [SourceEntry] = []
    var merged: [SourceEntry] = []
    for (key, value) in mapping {
      let position = SourcePosition(key.mark)
      guard case .scalar(let scalar) = key else {
        report(position, "a key must be a plain text, not a list or a mapping.")
        continue
      }
      guard let value = convert(value, depth: depth) else { continue }
      if scalar.string == "<<", scalar.style == .plain {
        merged += mergedEntries(of: value)
      } else {
        let name = RepeatedKeys.original(scalar.string)
        entries.append(SourceEntry(key: name, position: position, value: value))
      }
    }
    return combine(withoutRepeats(entries), merged)
  }

  /// `<<: *base` or `<<: [*one, *two]`; the first of several wins.
  private func mergedEntries(of value: SourceNode) -> [SourceEntry] {
    switch value.content {
    case .mapping(let entries):
      return entries
    case .sequence(let nodes):
      return nodes.flatMap(mergedEntries)
    case .scalar:
      report(value.position, "`<<` takes the alias of a mapping, as in `<<: *base`.")
      return []
    }
  }

  private func combine(_ own: [SourceEntry], _ merged: [SourceEntry]) -> [SourceEntry] {
    merged.reduce(into: own) { entries, entry in
      if !entries.contains(where: { $0.key == entry.key }) { entries.append(entry) }
    }
  }

  private func withoutRepeats(_ entries: [SourceEntry]) -> [SourceEntry] {
    var lines: [String: Int] = [:]
    return entries.filter { entry in
      guard let line = lines[entry.key] else {
        lines[entry.key] = entry.position.line
        return true
      }
      report(
        entry.position,
        "\(Quoted.text(entry.key)) stands here for the second time; the first is on line \(line). Keep one.",
        key: Quoted.looksLikeSecret(entry.key) ? "***" : entry.key
      )
      return false
    }
  }
}

extension SourcePosition {
  init(_ mark: Mark?) {
    self.init(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }
}
