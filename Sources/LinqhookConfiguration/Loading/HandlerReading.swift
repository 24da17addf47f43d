extension HandlerSettings {
  private static let commonKeys = [
    "name", "type", "events", "where", "order", "concurrency", "retry", "on_dead",
  ]

  /// All handlers of a file; the default log handler when the file lists none.
  static func read(root: MappingReader) -> [HandlerSettings] {
    let standard = HandlerSettings(name: "log", kind: .log(LogHandlerSettings()))
    guard root.entry("handlers") != nil else { return [standard] }
    guard let readers = root.sections("handlers", form: "`- {name: log, type: log}`") else {
      return [standard]
    }
    if readers.isEmpty {
      root.warn("handlers", "is empty: events are stored and handed to nobody.")
    }
    var lines: [String: Int] = [:]
    return readers.compactMap { reader in
      guard let handler = HandlerSettings(reader) else { return nil }
      if let line = lines.updateValue(reader.position.line, forKey: handler.name) {
        reader.report(
          "name",
          "is \(Quoted.text(handler.name)), which the handler on line \(line) has already. Choose another."
        )
      }
      return handler
    }
  }

  /// `nil` when the name or the type cannot be told; everything that can be checked is, even then.
  private init?(_ reader: MappingReader) {
    if reader.isFaulty { return nil }
    var reader = reader
    let name = Self.readName(&reader)
    let kind = HandlerKind.read(reader, commonKeys: Self.commonKeys)
    let events = Self.readEvents(reader)
    let conditions = EventCondition.read(reader)
    let order = reader.choice("order", OrderName.self)
    let concurrency = reader.integer("concurrency", in: 1...1024)
    let retry = RetrySettings(reader.section("retry"))
    let onDead = reader.choice("on_dead", DeadLetterPolicy.self)
    guard let name, let kind else { return nil }
    self.init(
      name: name,
      events: events ?? ["*"],
      conditions: conditions,
      order: order ?? .chat,
      concurrency: concurrency,
      retry: retry,
      onDead: onDead ?? .keep,
      kind: kind
    )
    if case .file = kind, self.concurrency > 1 {
      reader.warn("concurrency", "has no effect on a file handler: one writer keeps the file whole.")
    }
  }

  /// The name also begins every sentence about this handler.
  private static func readName(_ reader: inout MappingReader) -> String? {
    guard reader.entry("name") != nil else {
      reader.label = "a handler: "
      reader.reportMissing("name", "Every handler needs one, as in `name: archive`.")
      return nil
    }
    let name = reader.parsed(spelt: "name", form: "a name such as archive") { text throws(ValueProblem) in
      let isName =
        (1...64).contains(text.utf8.count) && text.allSatisfy(isNameCharacter)
        && !Quoted.looksLikeSecret(text)
      guard isName else {
        throw ValueProblem("must be 1 to 64 of a-z, 0-9, `-` and `_`, not \(Quoted.text(text)).")
      }
      return text
    }
    reader.label = name.map { "handler \($0): " } ?? "a handler: "
    return name
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    ("a"..."z").contains(character) || ("0"..."9").contains(character) || character == "-" || character == "_"
  }

  private static func readEvents(_ reader: MappingReader) -> [String]? {
    let form = "[message.received, \"chat.*\"]"
    guard let texts = reader.texts("events", form: form) else { return nil }
    if texts.isEmpty {
      reader.report(
        "events",
        "is empty, so the handler would get nothing. List event types, or take the key out for all."
      )
    }
    return texts.compactMap { text, position in
      let isGlob =
        !text.isEmpty
        && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-*?".contains($0)) }
      if isGlob { return text }
      reader.report(
        "events",
        "must hold event types or globs, as in \(form), not \(Quoted.text(text)).",
        at: position
      )
      return nil
    }
  }
}

extension RetrySettings {
  init(_ reader: MappingReader) {
    self.init()
    reader.rejectUnknownKeys(
      known: ["attempts", "first", "factor", "max", "jitter", "max_age"],
      owner: "retry"
    )
    let waits: ClosedRange<Duration> = .milliseconds(1)...(.seconds(7 * 86_400))
    if case .scalar("unlimited", _)? = reader.value("attempts")?.content {
      attempts = nil
    } else {
      attempts = reader.integer("attempts", in: 1...1_000_000) ?? attempts
    }
    first = reader.duration("first", in: waits) ?? first
    factor = reader.number("factor", in: 1...100) ?? factor
    max = reader.duration("max", in: waits) ?? Swift.max(max, first)
    jitter = reader.number("jitter", in: 0...1) ?? jitter
    maxAge = reader.duration("max_age", in: .seconds(1)...(.seconds(3650 * 86_400))) ?? maxAge
    if max < first {
      reader.report("max", "must not be shorter than `first`, which is \(DurationText.format(first)).")
    }
  }
}
