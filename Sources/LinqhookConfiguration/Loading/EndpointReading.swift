internal import RequestPaths

extension EndpointSettings {
  private static let keys = [
    "path", "secrets", "schemes", "tolerance", "max_body", "allow_unsigned", "allow_weak_secrets",
    "answers",
  ]
  private static let defaultReference = "env:\(SecretVariables.webhookSecret)"

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
      let endpoint = EndpointSettings(reader, listen: listen)
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

  private init(_ reader: MappingReader, listen: ListenSettings) {
    self.init()
    var reader = reader
    if let path = reader.parsed("path", form: "a path such as /webhooks/linq", Self.checkedPath) {
      self.path = path
    }
    reader.label = "endpoint \(path): "
    reader.rejectUnknownKeys(known: Self.keys, owner: "an endpoint")
    allowsUnsigned = reader.boolean("allow_unsigned") ?? allowsUnsigned
    allowsWeakSecrets = reader.boolean("allow_weak_secrets") ?? reader.context.allowsWeakSecrets
    secrets = readSecrets(reader)
    schemes = readSchemes(reader) ?? schemes
    tolerance = readTolerance(reader) ?? tolerance
    maxBodyBytes =
      reader.size("max_body", in: (1 << 10)...(64 << 20), because: "each request may hold that much memory")
      ?? maxBodyBytes
    answers = AnswerSettings(reader.section("answers"))
    if allowsUnsigned { judgeUnsigned(reader, listen: listen) }
  }

  private func judgeUnsigned(_ reader: MappingReader, listen: ListenSettings) {
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

  private static func checkedPath(_ text: String) throws(ValueProblem) -> String {
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

  private func readTolerance(_ reader: MappingReader) -> Duration? {
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

  private func readSchemes(_ reader: MappingReader) -> [SchemeName]? {
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

extension AnswerSettings {
  private static let badSignatureAllowed = [400, 401, 403, 404, 503]
  private static let staleAllowed = [503, 500, 429]
  private static let staleFinal = [400, 401, 403, 404, 408, 409, 422]

  fileprivate init(_ reader: MappingReader) {
    self.init()
    reader.rejectUnknownKeys(known: ["bad_signature", "stale", "headers"], owner: "answers")
    if let status = reader.integer("bad_signature", in: 100...599) {
      if Self.badSignatureAllowed.contains(status) {
        badSignature = status
      } else {
        reader.report(
          "bad_signature",
          "must be \(oneOf(Self.badSignatureAllowed.map(String.init))), not \(status)."
        )
      }
    }
    if let status = reader.integer("stale", in: 100...599) { readStale(status, reader) }
    headers = HTTPHeaderSettings.read(
      reader.section("headers"),
      reserved: HTTPHeaderSettings.reservedInAnswers
    )
  }

  private mutating func readStale(_ status: Int, _ reader: MappingReader) {
    guard (Self.staleAllowed + Self.staleFinal).contains(status) else {
      reader.report("stale", "must be \(oneOf(Self.staleAllowed.map(String.init))), not \(status).")
      return
    }
    stale = status
    if Self.staleFinal.contains(status) {
      reader.warn(
        "stale",
        "is \(status), after which Linq never sends the event again: a wrong clock would lose messages. 503 lets it come back."
      )
    }
  }
}
