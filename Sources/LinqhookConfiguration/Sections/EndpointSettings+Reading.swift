internal import RequestPaths

// What an endpoint takes, and what its keys say together.

extension EndpointSettings: SettingsSection {
  private static let defaultReference = "env:\(SecretVariables.webhookSecret)"
  static let blank = EndpointSettings()

  static let keys: [SettingKey<EndpointSettings>] = [
    SettingKey(
      name: "path",
      takes: "a path such as /webhooks/linq",
      meaning: "The path, matched exactly but for harmless spellings. A query is kept as the event's source.",
      read: { reader, endpoint in
        if let path = reader.parsed("path", form: "a path such as /webhooks/linq", checkedPath) {
          endpoint.path = path
        }
        reader.label = "endpoint \(endpoint.path): "
      },
      print: { .text($0.path) },
      isEqual: { $0.path == $1.path },
      isReadFirst: true
    ),
    SettingKey(
      name: "secrets",
      takes: "a list of env:NAME, file:/path or credential:NAME",
      meaning: "The signing secrets that are accepted; several while they are rotated.",
      read: { reader, endpoint in endpoint.secrets = endpoint.readSecrets(reader) },
      print: { .flowList($0.secretReferences) },
      isEqual: { $0.secrets == $1.secrets },
      defaultText: "[\(defaultReference)]"
    ),
    .value(
      "schemes",
      \.schemes,
      takes: "a list of \(Choices<SchemeName>.form)",
      "Signatures that are accepted. One that holds is enough.",
      read: readSchemes,
      print: { .texts($0.map(\.rawValue)) }
    ),
    .value(
      "tolerance",
      \.tolerance,
      takes: "1s to 24h",
      "How far a signed timestamp may be from this machine's clock.",
      read: readTolerance,
      print: YAMLText.duration
    ),
    .size(
      "max_body",
      \.maxBodyBytes,
      in: (1 << 10)...(64 << 20),
      because: "each request may hold that much memory",
      "The longest body that is read. More is answered 413."
    ),
    .boolean(
      "allow_unsigned",
      \.allowsUnsigned,
      "Takes requests without a signature. Only where no other machine can send one."
    ).readFirst(),
    SettingKey(
      name: "allow_weak_secrets",
      takes: "true or false",
      meaning: "Takes secrets that give a key of fewer than 16 bytes, which can be guessed.",
      read: { reader, endpoint in
        endpoint.allowsWeakSecrets = reader.boolean("allow_weak_secrets") ?? reader.context.allowsWeakSecrets
      },
      print: { .boolean($0.allowsWeakSecrets) },
      isEqual: { $0.allowsWeakSecrets == $1.allowsWeakSecrets },
      isReadFirst: true,
      defaultText: "the file's allow_weak_secrets"
    ),
    .section("answers", \.answers, isOneLine: true),
  ]

  /// All endpoints of a file, or the default one. `listen` decides whether unsigned requests may be allowed.
  static func read(root: MappingReader, listen: ListenSettings) -> [EndpointSettings] {
    guard root.entry("endpoints") != nil else { return [unlisted(root.context)] }
    guard let readers = root.sections("endpoints", form: "`- path: /webhooks/linq`") else { return [] }
    if readers.isEmpty {
      root.report(
        "endpoints",
        "is empty, so nothing could be received. List one, or take the key out for /webhooks/linq."
      )
    }
    var known: [String: (line: Int, path: String)] = [:]
    return readers.map { reader in
      let endpoint = read(reader, listen: listen)
      let place = (line: reader.position.line, path: endpoint.path)
      if let other = known.updateValue(place, forKey: PlainPath.of(endpoint.path) ?? endpoint.path) {
        let spelling = other.path == endpoint.path ? "" : " in another spelling (\(Quoted.text(other.path)))"
        reader.report(
          "path",
          "is \(Quoted.text(endpoint.path)), which the endpoint on line \(other.line) has already\(spelling). Choose another."
        )
      }
      return endpoint
    }
  }

  /// The endpoint of a configuration that lists none.
  private static func unlisted(_ context: LoadContext) -> EndpointSettings {
    var endpoint = EndpointSettings()
    let reader = SecretReader(context: context, use: .signing, allowsWeak: context.allowsWeakSecrets)
    endpoint.allowsWeakSecrets = context.allowsWeakSecrets
    do {
      let found = try reader.resolve(defaultReference)
      endpoint.secrets = found.secrets
      for warning in found.warnings {
        context.problems.warn(
          Problem(
            place: .environment(SecretVariables.webhookSecretFile),
            message: "endpoint \(endpoint.path) \(warning)"
          )
        )
      }
    } catch {
      context.problems.report(
        Problem(
          place: .environment(SecretVariables.webhookSecret),
          key: "endpoints[0].secrets",
          message: "endpoint \(endpoint.path) \(error.text)"
        )
      )
    }
    return endpoint
  }

  private static func read(_ reader: MappingReader, listen: ListenSettings) -> EndpointSettings {
    let endpoint = read(reader, owner: "an endpoint")
    if endpoint.allowsUnsigned {
      var labelled = reader
      labelled.label = "endpoint \(endpoint.path): "
      judgeUnsigned(labelled, listen: listen)
    }
    return endpoint
  }

  private static func judgeUnsigned(_ reader: MappingReader, listen: ListenSettings) {
    if !listen.isLocal {
      reader.report(
        "allow_unsigned",
        "must be false while linqhook listens on \(listen), where others can reach it. Listen on 127.0.0.1 or a unix socket, or set a secret."
      )
    } else if reader.context.hasTrustedProxies {
      reader.report(
        "allow_unsigned",
        "must be false while there are `trusted_proxies`: everybody could post through the proxy. Take one of the two out."
      )
    } else {
      reader.warn(
        "allow_unsigned",
        "is true: every program on this machine can post events that nobody signed. Set a secret before anything depends on them."
      )
    }
  }

  @Sendable private static func checkedPath(_ text: String) throws(ValueProblem) -> String {
    guard !Quoted.looksLikeSecret(text) else {
      throw ValueProblem("must be a path, not a secret: it shows in logs.")
    }
    guard text.hasPrefix("/") else {
      throw ValueProblem("must begin with `/`, as in /webhooks/linq, not \(Quoted.text(text)).")
    }
    guard !text.contains(where: { $0 == "?" || $0 == "#" }) else {
      throw ValueProblem(
        "must have no query; it is matched without one. Write \(Quoted.text(String(text.prefix { $0 != "?" && $0 != "#" })))."
      )
    }
    guard text.allSatisfy({ $0.isASCII && !$0.isControl && $0 != " " }) else {
      throw ValueProblem("must be of ASCII characters without blanks, as it stands in a request.")
    }
    return text
  }

  private func readSecrets(_ reader: MappingReader) -> [ConfiguredSecret] {
    guard reader.entry("secrets") != nil else { return defaultSecrets(reader) }
    guard let nodes = reader.list("secrets", form: "[\(Self.defaultReference)]") else { return [] }
    if nodes.isEmpty, !allowsUnsigned {
      reader.report(
        "secrets",
        "is empty, so no request could be verified. List one, as in [\(Self.defaultReference)]."
      )
    }
    return nodes.flatMap { reader.secrets("secrets", $0, for: .signing, allowsWeak: allowsWeakSecrets) }
  }

  /// `[env:LINQ_WEBHOOK_SECRET]`, which an endpoint for unsigned requests can do without.
  private func defaultSecrets(_ reader: MappingReader) -> [ConfiguredSecret] {
    let hasVariable = [SecretVariables.webhookSecret, SecretVariables.webhookSecretFile]
      .contains { reader.context.variable($0) != nil }
    if allowsUnsigned, !hasVariable { return [] }
    let content = SourceNode.Content.scalar(Self.defaultReference, isPlain: true)
    let node = SourceNode(content: content, position: reader.position)
    return reader.secrets("secrets", node, for: .signing, allowsWeak: allowsWeakSecrets)
  }

  /// A file with several secrets is one reference.
  private var secretReferences: [YAMLText] {
    var references: Set<String> = []
    return secrets.filter { secret in
      secret.source.reference.map { references.insert($0).inserted } ?? true
    }.map(YAMLText.secret)
  }

  @Sendable private static func readTolerance(_ reader: MappingReader) -> Duration? {
    let tolerance = reader.duration(
      "tolerance",
      in: .seconds(1)...(.seconds(24 * 3600)),
      because: "longer lets a recorded request be played again, shorter asks too much of clocks"
    )
    if let tolerance, tolerance > .seconds(3600) {
      reader.warn("tolerance", "is over an hour: a recorded request can be played again for that long.")
    }
    return tolerance
  }

  @Sendable private static func readSchemes(_ reader: MappingReader) -> [SchemeName]? {
    let schemes = reader.parsedTexts("schemes", form: "[v2, v3, standard]", Choices<SchemeName>.parse)
    if schemes?.isEmpty == true {
      reader.report(
        "schemes",
        "is empty, so no request could be verified. List \(Choices<SchemeName>.form)."
      )
    }
    return schemes
  }
}
