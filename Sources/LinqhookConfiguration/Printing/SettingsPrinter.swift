/// Writes settings as YAML that `SettingsLoader` reads back: every key, defaults included, in the order of the
/// manual. Secrets show as the reference that they came from, or as `***` if they stood in the file.
public enum SettingsPrinter {
  /// The text, with a newline at its end.
  public static func yaml(_ settings: Settings) -> String {
    var pairs: [(String, YAMLText)] = [
      ("listen", .text("\(settings.listen)"))
    ]
    if case .unix = settings.listen { pairs.append(("socket", socket(settings.socket))) }
    pairs += [
      ("admin", admin(settings.admin)),
      ("endpoints", .list(settings.endpoints.map(endpoint))),
      ("allow_weak_secrets", .boolean(settings.allowsWeakSecrets)),
      ("trusted_proxies", .texts(settings.trustedProxies.map(\.description))),
      ("limits", limits(settings.limits)),
      ("inbox", inbox(settings.inbox)),
      ("quarantine", quarantine(settings.quarantine)),
      ("shutdown", .mapping([("drain", .duration(settings.shutdown.drain))])),
      ("handlers", .list(settings.handlers.map(HandlerPrinter.yaml))),
      ("log", log(settings.log)),
    ]
    if let silence = settings.silence { pairs.append(("silence", self.silence(silence))) }
    pairs.append(("linq", linq(settings.linq)))
    return YAMLText.mapping(pairs).lines.joined(separator: "\n") + "\n"
  }

  private static func admin(_ admin: AdminSettings) -> YAMLText {
    let listen = admin.listen.map { YAMLText.text("\($0)") } ?? .plain("off")
    var pairs = [("listen", listen)]
    if case .unix? = admin.listen { pairs.append(("socket", socket(admin.socket))) }
    return .mapping(pairs + (admin.token.map { [("token", .secret($0))] } ?? []))
  }

  private static func socket(_ socket: SocketSettings) -> YAMLText {
    let mode = String(socket.mode, radix: 8)
    let digits = String(repeating: "0", count: max(0, 4 - mode.count)) + mode
    return .flowMapping([("mode", .text(digits))] + (socket.group.map { [("group", .text($0))] } ?? []))
  }

  private static func endpoint(_ endpoint: EndpointSettings) -> YAMLText {
    .mapping([
      ("path", .text(endpoint.path)),
      ("secrets", .flowList(secrets(endpoint))),
      ("schemes", .texts(endpoint.schemes.map(\.rawValue))),
      ("tolerance", .duration(endpoint.tolerance)),
      ("max_body", .size(endpoint.maxBodyBytes)),
      ("allow_unsigned", .boolean(endpoint.allowsUnsigned)),
      ("allow_weak_secrets", .boolean(endpoint.allowsWeakSecrets)),
      (
        "answers",
        answers(endpoint.answers)
      ),
    ])
  }

  private static func answers(_ answers: AnswerSettings) -> YAMLText {
    var pairs: [(String, YAMLText)] = [
      ("bad_signature", .integer(answers.badSignature)), ("stale", .integer(answers.stale)),
    ]
    if !answers.headers.isEmpty {
      pairs.append(("headers", .flowMapping(answers.headers.map { ($0.name, .secret($0.value)) })))
    }
    return .flowMapping(pairs)
  }

  /// A file with several secrets is one reference.
  private static func secrets(_ endpoint: EndpointSettings) -> [YAMLText] {
    var references: Set<String> = []
    return endpoint.secrets.filter { secret in
      secret.source.reference.map { references.insert($0).inserted } ?? true
    }.map(YAMLText.secret)
  }

  private static func limits(_ limits: LimitSettings) -> YAMLText {
    .mapping([
      ("connections", .integer(limits.connections)),
      ("per_ip", .integer(limits.connectionsPerAddress)),
      ("header_bytes", .size(limits.headerBytes)),
      ("request_timeout", .duration(limits.requestTimeout)),
      ("idle_timeout", .duration(limits.idleTimeout)),
    ])
  }

  private static func inbox(_ inbox: InboxSettings) -> YAMLText {
    .mapping([
      ("path", .text(inbox.path)),
      ("durability", .text(inbox.durability.rawValue)),
      (
        "dedup",
        .flowMapping([
          ("window", .duration(inbox.dedup.window)),
          ("max_entries", .integer(inbox.dedup.maxEntries)),
        ])
      ),
      ("retention", .duration(inbox.retention)),
      ("max_pending", .integer(inbox.maxPending)),
      ("max_bytes", .size(inbox.maxBytes)),
      ("allow_unsafe_storage", .boolean(inbox.allowsUnsafeStorage)),
    ])
  }

  private static func quarantine(_ quarantine: QuarantineSettings) -> YAMLText {
    .mapping([
      ("max_entries", .integer(quarantine.maxEntries)),
      ("max_bytes", .size(quarantine.maxBytes)),
    ])
  }

  private static func log(_ log: LogSettings) -> YAMLText {
    .mapping([("level", .text(log.level.rawValue)), ("format", .text(log.format.rawValue))])
  }

  private static func linq(_ linq: LinqSettings) -> YAMLText {
    .mapping(
      (linq.token.map { [("token", .secret($0))] } ?? []) + [
        ("api", .text(linq.api.rawValue)),
        ("url", .text(linq.url)),
        ("attachment_hosts", .texts(linq.attachmentHosts)),
        ("watch", .flowMapping([("every", .duration(linq.watchInterval))])),
      ]
    )
  }

  private static func silence(_ silence: SilenceSettings) -> YAMLText {
    .mapping([("after", .duration(silence.after)), ("command", .texts(silence.command))])
  }
}
