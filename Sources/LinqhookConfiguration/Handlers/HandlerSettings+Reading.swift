// What every handler takes. The keys of a type are its own (`HandlerTypeSettings`).

extension HandlerSettings {
  /// The keys of every handler, in the order of the manual; those of its type stand behind `type`.
  static let keys: [SettingKey<HandlerSettings>] = [
    .value(
      "name",
      \.name,
      takes: "1 to 64 of a-z, 0-9, - and _",
      "Tells handlers apart in logs, metrics and commands.",
      read: { _ in nil },
      print: YAMLText.text
    ).byDefault("none; it must be there"),
    SettingKey(
      name: "type",
      takes: oneOf(HandlerKind.builtIn.map { $0.typeName }),
      meaning: "What it does with events.",
      read: { _, _ in },
      print: { .text($0.kind.typeName) },
      isEqual: { $0.kind.typeName == $1.kind.typeName },
      defaultText: "none; it must be there"
    ),
    .value(
      "events",
      \.events,
      takes: "a list of event types or globs",
      "The event types that it gets: * is any run of characters, ? is one.",
      read: readEvents,
      print: YAMLText.texts
    ),
    .value(
      "where",
      \.conditions,
      takes: "a mapping of paths to values, lists, or {not, like, exists, in}",
      "Conditions, all of which must hold: a path into the event, or under `message.` into the message view.",
      read: { $0.entry("where") == nil ? nil : EventCondition.read($0) },
      print: { $0.isEmpty ? nil : ConditionPrinter.yaml($0) }
    ),
    .choice("order", \.order, "chat: events of one chat one at a time, as they came. none: no order."),
    .integer(
      "concurrency",
      \.concurrency,
      in: 1...1024,
      "Deliveries at once; for a worker, processes."
    ).byDefault(
      HandlerKind.builtIn.map { "\($0.typeName) \($0.defaultConcurrency)" }.joined(separator: ", ")
    ),
    .section("retry", \.retry, isOneLine: true),
    .choice("on_dead", \.onDead, "What becomes of an event that is given up: it stays for `linqhook dead`."),
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
      guard let handler = read(reader) else { return nil }
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
  private static func read(_ mapping: MappingReader) -> HandlerSettings? {
    if mapping.isFaulty { return nil }
    var reader = mapping
    let name = readName(&reader)
    let kind = HandlerKind.read(reader, commonKeys: keys.map(\.name))
    var handler = HandlerSettings(name: name ?? "", kind: kind ?? .log(.blank))
    keys.read(&reader, into: &handler)
    guard name != nil, kind != nil else { return nil }
    if case .file = handler.kind, handler.concurrency > 1 {
      reader.warn("concurrency", "has no effect on a file handler: one writer keeps the file whole.")
    }
    return handler
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

  @Sendable private static func readEvents(_ reader: MappingReader) -> [String]? {
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
