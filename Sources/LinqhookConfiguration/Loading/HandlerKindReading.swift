extension HandlerKind {
  private static let builtIn = ["log", "file", "shell", "worker", "http"]

  /// The type and what belongs to it; `nil` when something that it cannot do without is missing or wrong.
  static func read(_ reader: MappingReader, commonKeys: [String]) -> HandlerKind? {
    let custom = reader.context.customHandlerTypes
    let types = builtIn + custom.sorted()
    guard reader.entry("type") != nil else {
      reader.reportMissing("type", "Write \(oneOf(types)).")
      return nil
    }
    guard let type = reader.text("type", form: oneOf(types)) else { return nil }
    // Before the built-in types: an embedding program may put its own in the place of one of ours.
    if custom.contains(type) { return readCustom(type, reader, commonKeys: commonKeys) }
    func known(_ keys: String...) -> MappingReader {
      let article = type == "http" ? "an" : "a"
      reader.rejectUnknownKeys(known: commonKeys + keys, owner: "\(article) \(type) handler")
      return reader
    }
    switch type {
    case "log": return .log(LogHandlerSettings(known("level", "redact")))
    case "file": return FileHandlerSettings(known("path", "format", "rotate", "sync", "mode")).map(Self.file)
    case "shell":
      return ShellHandlerSettings(known("command", "input", "timeout", "environment", "working_directory"))
        .map(
          Self.shell
        )
    case "worker":
      return WorkerHandlerSettings(
        known("command", "input", "window", "timeout", "environment", "working_directory")
      )
      .map(Self.worker)
    case "http":
      return HTTPHandlerSettings(known("url", "secret", "headers", "timeout", "final", "ca_file")).map(
        Self.http
      )
    default:
      let hint = NearestName.find(type, in: types).map { " Did you mean `\($0)`?" } ?? ""
      reader.report("type", "must be \(oneOf(types)), not \(Quoted.text(type)).\(hint)")
      return nil
    }
  }

  private static func readCustom(_ type: String, _ reader: MappingReader, commonKeys: [String]) -> HandlerKind
  {
    let options = reader.entries.filter { !commonKeys.contains($0.key) }
      .map { ($0.key, ConfigurationValue($0.value)) }
    return .custom(type: type, options: Dictionary(options, uniquingKeysWith: { first, _ in first }))
  }
}

extension LogHandlerSettings {
  fileprivate init(_ reader: MappingReader) {
    self.init()
    level = reader.choice("level", LogLevel.self) ?? level
    redacts = reader.boolean("redact") ?? redacts
  }
}

extension FileHandlerSettings {
  fileprivate init?(_ reader: MappingReader) {
    let format = reader.choice("format", FileFormat.self)
    let sync = reader.choice("sync", SyncName.self)
    let rotation = RotationSettings(handler: reader)
    let mode = reader.parsed("mode", form: FileMode.form, FileMode.parse)
    if mode?.isOpenToAll == true {
      reader.warn("mode", "lets every user of this machine read the events.")
    }
    guard reader.entry("path") != nil else {
      reader.reportMissing("path", "Write the file that events are appended to.")
      return nil
    }
    guard let path = reader.path("path") else { return nil }
    self.init(path: path, format: format ?? .payload, rotation: rotation, sync: sync ?? .interval, mode: mode)
  }
}

extension RotationSettings {
  fileprivate init?(handler: MappingReader) {
    guard handler.value("rotate") != nil else { return nil }
    let reader = handler.section("rotate")
    if reader.isFaulty { return nil }
    reader.rejectUnknownKeys(known: ["size", "age", "keep", "compress"], owner: "rotate")
    self.init()
    bytes = reader.size("size", in: (4 << 10)...(1 << 50))
    age = reader.duration("age", in: .seconds(1)...(.seconds(3650 * 86_400)))
    keep = reader.integer("keep", in: 0...100_000) ?? keep
    compresses = reader.boolean("compress") ?? compresses
    if reader.entry("size") == nil, reader.entry("age") == nil {
      reader.report("size", "or `age` must say when the file is put aside, as in {size: 100MiB}.")
    }
  }
}

extension ShellHandlerSettings {
  fileprivate init?(_ reader: MappingReader) {
    let timeout = reader.duration("timeout", in: .milliseconds(1)...(.seconds(86_400)))
    guard let program = ProgramSettings(reader) else { return nil }
    self.init(program: program)
    self.timeout = timeout ?? self.timeout
  }
}

extension WorkerHandlerSettings {
  fileprivate init?(_ reader: MappingReader) {
    let window = reader.integer("window", in: 1...65_536)
    let timeout = reader.duration("timeout", in: .milliseconds(1)...(.seconds(86_400)))
    guard let program = ProgramSettings(reader) else { return nil }
    if program.input == .text {
      reader.report(
        "input",
        "must be event or message: a worker gets a JSON line. `text` is for shell handlers."
      )
    }
    self.init(program: program)
    self.window = window ?? self.window
    self.timeout = timeout ?? self.timeout
  }
}
