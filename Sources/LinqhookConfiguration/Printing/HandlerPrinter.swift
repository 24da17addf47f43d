/// Writes one handler for `SettingsPrinter`.
enum HandlerPrinter {
  static func yaml(_ handler: HandlerSettings) -> YAMLText {
    var pairs: [(String, YAMLText)] = [
      ("name", .text(handler.name)), ("type", .text(handler.kind.typeName)),
    ]
    pairs += kind(handler.kind)
    pairs.append(("events", .texts(handler.events)))
    if !handler.conditions.isEmpty {
      pairs.append(("where", ConditionPrinter.yaml(handler.conditions)))
    }
    pairs += [
      ("order", .text(handler.order.rawValue)),
      ("concurrency", .integer(handler.concurrency)),
      ("retry", retry(handler.retry)),
      ("on_dead", .text(handler.onDead.rawValue)),
    ]
    return .mapping(pairs)
  }

  private static func retry(_ retry: RetrySettings) -> YAMLText {
    .flowMapping([
      ("attempts", retry.attempts.map(YAMLText.integer) ?? .plain("unlimited")),
      ("first", .duration(retry.first)),
      ("factor", .number(retry.factor)),
      ("max", .duration(retry.max)),
      ("jitter", .number(retry.jitter)),
      ("max_age", .duration(retry.maxAge)),
    ])
  }

  private static func kind(_ kind: HandlerKind) -> [(String, YAMLText)] {
    switch kind {
    case .log(let log): [("level", .text(log.level.rawValue)), ("redact", .boolean(log.redacts))]
    case .file(let file): self.file(file)
    case .shell(let shell): program(shell.program) + [("timeout", .duration(shell.timeout))]
    case .worker(let worker):
      program(worker.program) + [("window", .integer(worker.window)), ("timeout", .duration(worker.timeout))]
    case .http(let http): self.http(http)
    case .custom(_, let options):
      options.sorted { $0.key < $1.key }.map { ($0.key, YAMLText(masked($0.value, key: $0.key))) }
    }
  }

  private static func file(_ file: FileHandlerSettings) -> [(String, YAMLText)] {
    var pairs: [(String, YAMLText)] = [
      ("path", .text(file.path)), ("format", .text(file.format.rawValue)),
    ]
    if let rotation = file.rotation {
      var keys: [(String, YAMLText)] = []
      if let bytes = rotation.bytes { keys.append(("size", .size(bytes))) }
      if let age = rotation.age { keys.append(("age", .duration(age))) }
      keys += [("keep", .integer(rotation.keep)), ("compress", .boolean(rotation.compresses))]
      pairs.append(("rotate", .flowMapping(keys)))
    }
    if let mode = file.mode { pairs.append(("mode", .text(mode.description))) }
    return pairs + [("sync", .text(file.sync.rawValue))]
  }

  private static func program(_ program: ProgramSettings) -> [(String, YAMLText)] {
    let folder = program.workingDirectory.map { [("working_directory", YAMLText.text($0))] } ?? []
    return [
      ("command", .texts(program.command)), ("input", .text(program.input.rawValue)),
      ("environment", .texts(program.environment)),
    ] + folder
  }

  private static func http(_ http: HTTPHandlerSettings) -> [(String, YAMLText)] {
    var pairs: [(String, YAMLText)] = [("url", .text(http.url))]
    if let secret = http.secret { pairs.append(("secret", .secret(secret))) }
    if !http.headers.isEmpty {
      pairs.append(("headers", .flowMapping(http.headers.map { ($0.name, .secret($0.value)) })))
    }
    pairs.append(("timeout", .duration(http.timeout)))
    pairs.append(("final", .flowList(http.finalStatuses.map { .integer($0) })))
    if let certificates = http.certificateAuthorityFile { pairs.append(("ca_file", .text(certificates))) }
    return pairs
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
