import FileTrust

/// What flags of the command line say; `nil` where they say nothing. They win over everything else.
public struct SettingsOverrides: Sendable, Equatable {
  /// `--listen`.
  public var listen: String?
  /// `--log-level`.
  public var logLevel: String?
  /// `--log-format`.
  public var logFormat: String?

  /// Flags as they were written; they are checked when the settings are loaded.
  public init(listen: String? = nil, logLevel: String? = nil, logFormat: String? = nil) {
    self.listen = listen
    self.logLevel = logLevel
    self.logFormat = logFormat
  }

  /// By the names of the flags.
  var flags: [String: String] {
    ["--listen": listen, "--log-level": logLevel, "--log-format": logFormat].compactMapValues(\.self)
  }
}

/// Settings, and what else is known of them.
public struct LoadedSettings: Sendable, Equatable {
  /// The settings in force.
  public var settings: Settings
  /// The file that they came from, as it was named; `nil` when there was none.
  public var sourcePath: String?
  /// What works but should be looked at.
  public var warnings: [Problem]
  /// What could not be looked at, because this is only a check; may be empty.
  public var notes: [Problem]
  /// Where each handler begins in the file, by its name; for sentences about it that are found later.
  public var handlerPlaces: [String: ProblemPlace] = [:]
}

/// Turns flags, environment and a YAML file into checked `Settings`.
///
/// Each setting is taken from the first of flag, environment, file and default that has it. The file is `file`,
/// else `$LINQHOOK_CONFIG`, else `/etc/linqhook/linqhook.yaml` if there is one, else none. Relative paths in the
/// file start from its own folder; those in flags and variables from the working directory. Nothing is run and
/// nothing is created; secret files are read. The file, secret files and handlers' programs must be such that only this
/// user and root can change them.
public enum SettingsLoader {
  /// The longest file that is read, in bytes.
  public static let maxFileBytes = 1 << 20

  /// Reads the settings.
  ///
  /// - Parameters:
  ///   - file: The value of `--config`, if given.
  ///   - environment: The environment of the process.
  ///   - overrides: The other flags.
  ///   - customHandlerTypes: Types of handlers that the embedding program adds. Their keys are not checked.
  ///   - answeringHandlerTypes: Those of them that answer: they take the keys of answers as well.
  ///   - systemFile: The file that is read, if it exists, when none is named.
  ///   - isCheck: Whether nobody is going to run by the settings. Then what only the service itself can see is a
  ///     note, and no problem.
  /// - Throws: Every problem that was found.
  public static func load(
    file: String? = nil,
    environment: [String: String],
    overrides: SettingsOverrides = SettingsOverrides(),
    customHandlerTypes: Set<String> = [],
    answeringHandlerTypes: Set<String> = [],
    systemFile: String = "/etc/linqhook/linqhook.yaml",
    isCheck: Bool = false
  ) throws(ConfigurationError) -> LoadedSettings {
    let (opened, file, problems) = try open(
      file,
      environment,
      customHandlerTypes,
      systemFile,
      purpose: isCheck ? .check : .start
    )
    var root = opened
    root.context.answeringHandlerTypes = answeringHandlerTypes
    let settings = read(root, overrides)
    if let error = problems.error { throw error }
    var loaded = LoadedSettings(
      settings: settings,
      sourcePath: file,
      warnings: problems.warningsInOrder,
      notes: problems.notesInOrder
    )
    loaded.handlerPlaces = handlerPlaces(root)
    return loaded
  }

  /// Finds the inbox and looks at nothing else: whoever only wants to talk to a running receiver may not have
  /// its secrets, and other problems are the receiver's.
  ///
  /// Parameters and errors are those of `load`.
  public static func inboxPath(
    file: String? = nil,
    environment: [String: String],
    systemFile: String = "/etc/linqhook/linqhook.yaml"
  ) throws(ConfigurationError) -> String {
    try part(file, environment, systemFile) { InboxSettings.read($0.section("inbox")).path }
  }

  /// Finds the admin address and looks at nothing else, for the same reason; nil where it is turned off.
  ///
  /// Parameters and errors are those of `load`.
  public static func adminListen(
    file: String? = nil,
    environment: [String: String],
    systemFile: String = "/etc/linqhook/linqhook.yaml"
  ) throws(ConfigurationError) -> ListenSettings? {
    try part(file, environment, systemFile) { root in
      var (reader, admin) = (root.section("admin"), AdminSettings.blank)
      AdminSettings.listenKey.read(&reader, &admin)
      return admin.listen
    }
  }

  /// Finds how Linq is called and looks at nothing else.
  ///
  /// Parameters and errors are those of `load`.
  public static func linqSettings(
    file: String? = nil,
    environment: [String: String],
    systemFile: String = "/etc/linqhook/linqhook.yaml"
  ) throws(ConfigurationError) -> LinqSettings {
    let (root, _, problems) = try open(file, environment, [], systemFile, purpose: .start)
    let settings = LinqSettings.read(root.section("linq"))
    if let error = problems.error { throw error }
    return settings
  }

  /// Finds inbox, quarantine and handlers, for whoever opens the inbox of a receiver that does not run: the rest
  /// is left at its defaults. Secrets are left out, because they may be where only the receiver gets them.
  ///
  /// Parameters and errors are those of `load`.
  public static func storeSettings(
    file: String? = nil,
    environment: [String: String],
    systemFile: String = "/etc/linqhook/linqhook.yaml"
  ) throws(ConfigurationError) -> Settings {
    try part(file, environment, systemFile) { root in
      // A slip of the pen in `handlers` would make all of them look gone.
      root.rejectUnknownKeys(known: Settings.keys.map(\.name), owner: "the configuration")
      return Settings(
        inbox: InboxSettings.read(root.section("inbox")),
        quarantine: QuarantineSettings.read(root.section("quarantine")),
        handlers: HandlerSettings.read(root: root)
      )
    }
  }

  /// Reads one part of the file and judges no other, nor looks for secrets.
  private static func part<Value>(
    _ file: String?,
    _ environment: [String: String],
    _ systemFile: String,
    _ read: (MappingReader) -> Value
  ) throws(ConfigurationError) -> Value {
    let (root, _, problems) = try open(file, environment, [], systemFile, purpose: .part)
    let value = read(root)
    if let error = problems.error { throw error }
    return value
  }

  /// Finds and reads the file. One that cannot be read at all says nothing about its settings: then that is
  /// reported and no more.
  private static func open(
    _ file: String?,
    _ environment: [String: String],
    _ customHandlerTypes: Set<String>,
    _ systemFile: String,
    purpose: LoadPurpose
  ) throws(ConfigurationError) -> (root: MappingReader, file: String?, problems: ProblemList) {
    let problems = ProblemList()
    var context = LoadContext(
      folder: FileAccess.currentFolder,
      environment: environment,
      customHandlerTypes: customHandlerTypes,
      purpose: purpose,
      problems: problems,
      trust: FileTrust(environment: environment)
    )
    context.file = file ?? context.variable("LINQHOOK_CONFIG")
    if context.file == nil, FileAccess.exists(systemFile) { context.file = systemFile }
    let root = context.file.flatMap { readFile($0, &context) }
    if let error = problems.error, root == nil { throw error }
    return (MappingReader(root: root, context: context), context.file, problems)
  }

  private static func readFile(_ path: String, _ context: inout LoadContext) -> SourceNode? {
    let absolute = PathText.normalize(path.hasPrefix("/") ? path : "\(context.folder)/\(path)")
    context.folder = PathText.folder(of: absolute)
    judgeTrust(path, absolute, context)
    do {
      let text = try FileAccess.readText(path, maxBytes: maxFileBytes)
      return YAMLDocument.read(text, file: path, problems: context.problems)
    } catch {
      context.problems.report(
        Problem(place: .file(path), message: "this configuration file \(error.reason).")
      )
      return nil
    }
  }

  /// Whoever can change the file can have programs run.
  private static func judgeTrust(_ path: String, _ absolute: String, _ context: LoadContext) {
    guard context.purpose != .part, let objection = context.trust.objection(to: absolute) else { return }
    let problem = Problem(place: .file(path), message: "the configuration file \(objection)")
    if context.mayBelongToService(objection) {
      context.problems.warn(problem)
    } else {
      context.problems.report(problem)
    }
  }

  private static func read(_ root: MappingReader, _ overrides: SettingsOverrides) -> Settings {
    var root = root
    root.context.flags = overrides.flags
    EnvironmentCheck(context: root.context).run()
    defer { root.context.secretVariables.reportHanded() }
    return Settings.read(root, owner: "the configuration")
  }

  private static func handlerPlaces(_ root: MappingReader) -> [String: ProblemPlace] {
    guard case .sequence(let nodes)? = root.entry("handlers")?.value.content else { return [:] }
    var places: [String: ProblemPlace] = [:]
    for node in nodes {
      guard case .mapping(let entries) = node.content,
        case .scalar(let name, _)? = entries.first(where: { $0.key == "name" })?.value.content
      else { continue }
      places[name] = root.context.place(node.position)
    }
    return places
  }
}
