// A handler type is a struct that conforms to `HandlerTypeSettings`, in a file of its own, a case here, and a line in each
// of the two lists below.

/// What belongs to one type of handler.
protocol HandlerTypeSettings: SettingsSection {
  /// The value of the key `type`.
  static var typeName: String { get }
  /// Deliveries at once when the file does not say.
  static var defaultConcurrency: Int { get }
  /// The settings as a case of the enumeration.
  var kind: HandlerKind { get }
  /// The program that it starts, if it does.
  var startedProgram: ProgramSettings? { get }
  /// What it does at Linq, if it can do anything there.
  var answers: AnsweringSettings? { get }
  /// The secrets that it holds.
  var secrets: [ConfiguredSecret] { get }
}

extension HandlerTypeSettings {
  var startedProgram: ProgramSettings? { nil }
  var answers: AnsweringSettings? { nil }
  var secrets: [ConfiguredSecret] { [] }
}

/// The types of handlers.
public enum HandlerKind: Sendable, Equatable {
  /// One log line an event.
  case log(LogHandlerSettings)
  /// Appends to a file.
  case file(FileHandlerSettings)
  /// Starts a program for each event.
  case shell(ShellHandlerSettings)
  /// Keeps a program up and gives it one line an event.
  case worker(WorkerHandlerSettings)
  /// Forwards the event to a URL.
  case http(HTTPHandlerSettings)
  /// Keeps attachments.
  case media(MediaHandlerSettings)
  /// A type that the embedding program registered; its keys are passed on as they are, but for those of answers where
  /// it answers.
  case custom(type: String, options: [String: ConfigurationValue], answering: AnsweringSettings? = nil)

  /// All built-in types, in the order of the manual.
  static let builtIn: [any HandlerTypeSettings.Type] = [
    LogHandlerSettings.self, FileHandlerSettings.self, ShellHandlerSettings.self, WorkerHandlerSettings.self,
    HTTPHandlerSettings.self, MediaHandlerSettings.self,
  ]

  /// What belongs to the type; nil for one that the embedding program registered.
  private var settings: (any HandlerTypeSettings)? {
    switch self {
    case .log(let settings): settings
    case .file(let settings): settings
    case .shell(let settings): settings
    case .worker(let settings): settings
    case .http(let settings): settings
    case .media(let settings): settings
    case .custom: nil
    }
  }

  /// The value of the key `type`.
  public var typeName: String {
    if case .custom(let type, _, _) = self { return type }
    return settings.map { type(of: $0).typeName } ?? ""
  }

  /// Deliveries at once when the file does not say.
  public var defaultConcurrency: Int { settings.map { type(of: $0).defaultConcurrency } ?? 1 }

  /// The program that the handler starts, if it does.
  public var program: ProgramSettings? { settings?.startedProgram }

  /// What the handler does at Linq; nil where it can do nothing there.
  public var answering: AnsweringSettings? {
    if case .custom(_, _, let answering) = self { answering } else { settings?.answers }
  }

  /// The secrets that the handler holds.
  public var secrets: [ConfiguredSecret] { settings?.secrets ?? [] }
}

extension HandlerKind {
  /// The type and what belongs to it; `nil` when something that it cannot do without is missing or wrong.
  static func read(_ reader: MappingReader, commonKeys: [String]) -> HandlerKind? {
    let custom = reader.context.customHandlerTypes
    let types = builtIn.map { $0.typeName } + custom.sorted()
    guard reader.entry("type") != nil else {
      reader.reportMissing("type", "Write \(oneOf(types)).")
      return nil
    }
    guard let type = reader.text("type", form: oneOf(types)) else { return nil }
    if custom.contains(type) { return readCustom(type, reader, commonKeys: commonKeys) }
    if let known = builtIn.first(where: { $0.typeName == type }) {
      return known.readKind(reader, commonKeys: commonKeys)
    }
    let hint = NearestName.find(type, in: types).map { " Did you mean `\($0)`?" } ?? ""
    reader.report("type", "must be \(oneOf(types)), not \(Quoted.text(type)).\(hint)")
    return nil
  }

  private static func readCustom(_ type: String, _ reader: MappingReader, commonKeys: [String]) -> HandlerKind
  {
    let ownKeys = reader.context.answeringHandlerTypes.contains(type) ? AnsweringSettings.keys : []
    let known = commonKeys + ownKeys.map(\.name)
    let options = reader.entries.filter { !known.contains($0.key) }.map {
      ($0.key, ConfigurationValue($0.value))
    }
    var (mapping, answering) = (reader, AnsweringSettings())
    ownKeys.read(&mapping, into: &answering)
    if !ownKeys.isEmpty { answering.check(reader, canReplyWithText: true) }
    return .custom(
      type: type,
      options: Dictionary(options, uniquingKeysWith: { first, _ in first }),
      answering: ownKeys.isEmpty ? nil : answering
    )
  }
}

extension HandlerTypeSettings {
  fileprivate static func readKind(_ mapping: MappingReader, commonKeys: [String]) -> HandlerKind? {
    var (reader, settings) = (mapping, blank)
    keys.read(&reader, into: &settings)
    reader.rejectUnknownKeys(known: commonKeys + keys.map(\.name), owner: owner)
    settings.check(reader)
    return settings.isComplete ? settings.kind : nil
  }

  /// A handler of this type, in sentences.
  static var owner: String { "\(typeName == "http" ? "an" : "a") \(typeName) handler" }

  /// What the manual says of its keys.
  static var described: [KeyDescription] { keys.described(blank) }
}

// MARK: Printing

extension HandlerSettings {
  /// The handler as the file would have it.
  var yaml: YAMLText {
    let pairs = Self.keys.printed(self)
    return .mapping(Array(pairs.prefix(2)) + kind.printed + Array(pairs.dropFirst(2)))
  }
}

extension HandlerKind {
  fileprivate var printed: [(String, YAMLText)] {
    if case .custom(_, let options, let answering) = self {
      return (answering.map(AnsweringSettings.keys.printed) ?? [])
        + options.sorted { $0.key < $1.key }.map { ($0.key, YAMLText(Self.masked($0.value, key: $0.key))) }
    }
    return settings?.printed ?? []
  }

  /// Options of custom handlers mean nothing to us, so what is called like a secret is taken for one.
  private static func masked(_ value: ConfigurationValue, key: String) -> ConfigurationValue {
    let name = key.lowercased()
    let isSecret = ["secret", "token", "password", "passwd", "key", "credential", "auth"].contains {
      name.contains($0)
    }
    switch value {
    case .mapping(let values):
      return .mapping(
        Dictionary(
          values.map { ($0, masked($1, key: isSecret ? key : $0)) },
          uniquingKeysWith: { first, _ in first }
        )
      )
    case .list(let values):
      return .list(values.map { masked($0, key: key) })
    case .text(let text) where isSecret && !isReference(text):
      return .text(SecretText(text).description)
    case .integer where isSecret, .number where isSecret:
      return .text(SecretText("").description)
    case .text(let text) where Quoted.looksLikeSecret(text):
      return .text(SecretText(text).description)
    default:
      return value
    }
  }

  private static func isReference(_ text: String) -> Bool {
    ["env:", "file:", "credential:"].contains { text.hasPrefix($0) }
  }
}
