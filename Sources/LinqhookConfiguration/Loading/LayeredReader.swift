/// A value and the layer that it came from.
struct Layered<Value> {
  var value: Value
  var place: ProblemPlace
}

/// Reads the settings that a flag or a variable can set too. All layers are checked, also those that lose: a
/// mistake in the file should not come to light when a flag is taken away.
struct LayeredReader {
  let root: MappingReader

  private var folder: String { root.context.folder }

  func listen(flag: String?) -> Layered<ListenSettings> {
    let file = root.parsed("listen", form: ListenSettings.form) { text throws(ValueProblem) in
      try ListenSettings(parsing: text, relativeTo: folder)
    }
    let found = first(
      flag: ("--listen", flag),
      variable: "LINQHOOK_LISTEN",
      file: file,
      in: root,
      key: "listen",
      Self.parseListen
    )
    return found
      ?? Layered(value: .tcp(host: "127.0.0.1", port: 8080), place: root.context.place(root.position))
  }

  /// `nil` inside: turned off.
  func adminListen() -> Layered<ListenSettings?> {
    let reader = root.section("admin")
    let file = reader.parsed("listen", form: "host:port, unix:/path or off") { text throws(ValueProblem) in
      try AdminSettings.parseListen(text, relativeTo: folder)
    }
    let found = first(
      flag: nil,
      variable: "LINQHOOK_ADMIN_LISTEN",
      file: file,
      in: reader,
      key: "listen",
      Self.parseAdminListen
    )
    return found ?? Layered(value: AdminSettings().listen, place: root.context.place(reader.position))
  }

  /// Both addresses cannot be bound: blames the one that somebody set.
  func rejectConflict(_ listen: Layered<ListenSettings>, _ admin: Layered<ListenSettings?>) {
    guard let address = admin.value, address.conflicts(with: listen.value) else { return }
    let isDefault = address == AdminSettings().listen
    root.context.problems.report(
      Problem(
        place: isDefault ? listen.place : admin.place,
        key: isDefault ? "listen" : "admin.listen",
        message:
          "`listen` is \(listen.value) and `admin.listen` is \(address), which cannot both be used. Change one port, or write off for `admin.listen`."
      )
    )
  }

  func log(level: String?, format: String?) -> LogSettings {
    let reader = root.section("log")
    reader.rejectUnknownKeys(known: ["level", "format"], owner: "log")
    let defaults = LogSettings()
    let level = first(
      flag: ("--log-level", level),
      variable: "LINQHOOK_LOG_LEVEL",
      file: reader.choice("level", LogLevel.self),
      in: reader,
      key: "level",
      Choices<LogLevel>.parse
    )
    let format = first(
      flag: ("--log-format", format),
      variable: "LINQHOOK_LOG_FORMAT",
      file: reader.choice("format", LogFormat.self),
      in: reader,
      key: "format",
      Choices<LogFormat>.parse
    )
    return LogSettings(level: level?.value ?? defaults.level, format: format?.value ?? defaults.format)
  }

  private static func parseListen(_ text: String) throws(ValueProblem) -> ListenSettings {
    try ListenSettings(parsing: text, relativeTo: FileAccess.currentFolder)
  }

  private static func parseAdminListen(_ text: String) throws(ValueProblem) -> ListenSettings? {
    try AdminSettings.parseListen(text, relativeTo: FileAccess.currentFolder)
  }

  /// The value of the first layer that has one; `nil` when only the default is left.
  private func first<Value>(
    flag: (name: String, text: String?)?,
    variable: String,
    file: Value?,
    in reader: MappingReader,
    key: String,
    _ parse: (String) throws(ValueProblem) -> Value
  ) -> Layered<Value>? {
    func parsed(_ text: String?, at place: ProblemPlace) -> Layered<Value>? {
      guard let text else { return nil }
      do {
        return Layered(value: try parse(text), place: place)
      } catch {
        root.context.problems.report(Problem(place: place, key: reader.fullPath(key), message: error.text))
        return nil
      }
    }
    let fromFlag = flag.flatMap { parsed($0.text, at: .flag($0.name)) }
    let fromVariable = parsed(root.context.variable(variable), at: .environment(variable))
    let position = reader.entry(key)?.value.position ?? reader.position
    let fromFile = file.map { Layered(value: $0, place: root.context.place(position)) }
    return fromFlag ?? fromVariable ?? fromFile
  }
}
