/// Reads one mapping of the file, key by key.
///
/// Each method returns the value of a key when it is there and good, and otherwise reports what is wrong and
/// returns `nil`; the caller goes on with the default, so that one run finds all problems. A mapping that is
/// not in the file is read like an empty one.
struct MappingReader {
  let entries: [SourceEntry]
  let position: SourcePosition
  /// From the root of the file: `handlers[2].retry`; empty for the root.
  let path: String
  /// Begins every sentence: `handler reply: retry: `; empty for the root.
  var label: String
  var context: LoadContext

  /// Whether something else than a mapping stands there; that is reported already.
  let isFaulty: Bool

  /// The root of a file; `nil` for an empty one.
  init(root: SourceNode?, context: LoadContext) {
    self.init(root, at: root?.position ?? .start, named: "the file", path: "", label: "", context: context)
  }

  /// `name` is what the mapping is called when something else stands in its place.
  private init(
    _ node: SourceNode?,
    at position: SourcePosition,
    named name: String,
    path: String,
    label: String,
    context: LoadContext
  ) {
    self.position = position
    self.path = path
    self.label = label
    self.context = context
    if case .mapping(let entries)? = node?.content {
      self.entries = entries
      isFaulty = false
      return
    }
    entries = []
    isFaulty = node.map { !$0.isNothing } ?? false
    if let node, isFaulty {
      let message = "\(name) must be a mapping of keys, as in `key: value`; \(node.kindInWords) stands here."
      context.problems.report(Problem(place: context.place(node.position), key: path, message: message))
    }
  }

  // MARK: Entries

  func entry(_ key: String) -> SourceEntry? {
    entries.first { $0.key == key }
  }

  /// The entry of a key that has a value; reports a key with nothing behind it.
  func value(_ key: String) -> SourceNode? {
    guard let entry = entry(key) else { return nil }
    guard !entry.value.isNothing else {
      report(key, "has no value. Write one, or take the key out for its default.")
      return nil
    }
    return entry.value
  }

  /// The entry of a key whose value is a text, however it is spelt: `null` and `~` are texts, too.
  func spelt(_ key: String) -> SourceNode? {
    guard let node = entry(key)?.value, node.isSpelt else { return value(key) }
    return node
  }

  /// The mapping under a key.
  func section(_ key: String) -> MappingReader {
    let entry = entry(key)
    return MappingReader(
      entry?.value,
      at: entry?.position ?? position,
      named: "\(label)`\(key)`",
      path: fullPath(key),
      label: "\(label)\(key): ",
      context: context
    )
  }

  /// The elements of a list, each read as a mapping; `nil` when the key is not there or is no list.
  func sections(_ key: String, form: String) -> [MappingReader]? {
    list(key, form: form)?.enumerated().map { index, node in
      MappingReader(
        node,
        at: node.position,
        named: "an element of `\(key)`",
        path: "\(fullPath(key))[\(index)]",
        label: "",
        context: context
      )
    }
  }

  /// The elements of a list.
  func list(_ key: String, form: String) -> [SourceNode]? {
    guard let node = value(key) else { return nil }
    guard case .sequence(let nodes) = node.content else {
      report(key, "must be a list, as in \(form); \(node.kindInWords) stands here.", at: node.position)
      return nil
    }
    return nodes
  }

  // MARK: Problems

  /// Reports keys that are not among `known`. `owner` is what has these keys: "a shell handler".
  func rejectUnknownKeys(known: [String], owner: String) {
    for entry in entries where !known.contains(entry.key) {
      var message = "\(label)\(Quoted.text(entry.key)) is not a key of \(owner)"
      if let nearest = NearestName.find(entry.key, in: known) {
        message += "; did you mean `\(nearest)`?"
      } else {
        message += ". Its keys are \(known.joined(separator: ", "))."
      }
      context.problems.report(
        Problem(place: context.place(entry.position), key: fullPath(entry.key), message: message)
      )
    }
  }

  /// Reports that the key ``text``: the sentence goes on after the key's name.
  func report(_ key: String, _ text: String, at position: SourcePosition? = nil) {
    context.problems.report(problem(key, text, at: position))
  }

  /// Reports that a key is missing, unless it is there with a slip of the pen, which is reported as such.
  func reportMissing(_ key: String, _ advice: String) {
    guard !entries.contains(where: { NearestName.find($0.key, in: [key]) != nil }) else { return }
    report(key, "is missing. \(advice)")
  }

  func warn(_ key: String, _ text: String, at position: SourcePosition? = nil) {
    context.problems.warn(problem(key, text, at: position))
  }

  func note(_ key: String, _ text: String, at position: SourcePosition? = nil) {
    context.problems.note(problem(key, text, at: position))
  }

  private func problem(_ key: String, _ text: String, at position: SourcePosition?) -> Problem {
    let place = position ?? entry(key)?.value.position ?? self.position
    return Problem(
      place: context.place(place),
      key: fullPath(key),
      message: "\(label)\(Quoted.text(key)) \(text)"
    )
  }

  /// What has the keys of this mapping, in sentences: the names under which it stands, from its endpoint or handler on.
  var owner: String {
    guard let end = path.lastIndex(of: "]") else { return path }
    return String(path[path.index(after: end)...].drop { $0 == "." })
  }

  func fullPath(_ key: String) -> String {
    let name = Quoted.looksLikeSecret(key) ? "***" : key
    return path.isEmpty ? name : "\(path).\(name)"
  }
}
