internal import LinqEvents

// The key `where` of a handler: paths, and what must be true of the values there.

extension EventCondition {
  private static let operators = ["not", "like", "exists", "in"]
  private static let valueForm = (words: "a value or a list", example: "[iMessage, RCS]")
  private static let globForm = (words: "a glob or a list", example: "[\"*help*\"]")

  /// The conditions under `where`, in the order of the file.
  static func read(_ handler: MappingReader) -> [EventCondition] {
    let reader = handler.section("where")
    return reader.entries.compactMap { entry in
      let isPath = ConditionPath.check(entry, reader)
      let tests = tests(entry, reader)
      return isPath ? tests.map { EventCondition(path: entry.key, tests: $0) } : nil
    }
  }

  private static func tests(_ entry: SourceEntry, _ reader: MappingReader) -> [Test]? {
    switch entry.value.content {
    case .scalar(let text, _) where entry.value.isSpelt: return [.equals(text)]
    case .sequence: return reader.values(entry.key, form: valueForm).map { [.isOneOf($0)] }
    case .mapping: return operators(reader.section(entry.key), of: entry, reader)
    case .scalar:
      reader.report(
        entry.key,
        "must be compared with a value, a list of values or a condition; nothing stands here."
      )
      return nil
    }
  }

  private static func operators(
    _ condition: MappingReader,
    of entry: SourceEntry,
    _ reader: MappingReader
  ) -> [Test]? {
    condition.rejectUnknownKeys(known: operators, owner: "a condition")
    guard !condition.entries.isEmpty else {
      reader.report(
        entry.key,
        "has an empty condition. Write one, as in {like: \"*help*\"} or {exists: true}."
      )
      return nil
    }
    let tests = condition.entries.compactMap { test(condition, $0.key) }
    return tests.count == condition.entries.count ? tests : nil
  }

  private static func test(_ condition: MappingReader, _ name: String) -> Test? {
    switch name {
    case "not": condition.values(name, form: valueForm).map(Test.isNoneOf)
    case "like": condition.values(name, form: globForm).map(Test.isLike)
    case "exists": condition.boolean(name).map(Test.exists)
    case "in": condition.valueList(name).map(Test.isListed)
    default: nil
    }
  }
}

extension MappingReader {
  /// A value or a list of values, each as it is spelt.
  fileprivate func values(_ key: String, form: (words: String, example: String)) -> [String]? {
    guard let node = entry(key)?.value else { return nil }
    switch node.content {
    case .scalar(let text, _) where node.isSpelt: return [text]
    case .sequence(let nodes):
      guard let texts = texts(key, form: form.example), texts.count == nodes.count else { return nil }
      if !texts.isEmpty { return texts.map(\.text) }
      report(key, "is an empty list, which nothing can match. Write \(form.words), as in \(form.example).")
    case .scalar, .mapping:
      report(
        key,
        "must be \(form.words), as in \(form.example); \(node.kindInWords) stands here.",
        at: node.position
      )
    }
    return nil
  }
}
