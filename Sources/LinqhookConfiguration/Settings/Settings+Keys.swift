// The keys of the file itself, and what its sections say together.

extension Settings: SettingsSection {
  static let blank = Settings(inbox: .blank)
  private static let listenFlag = "--listen"
  private static let listenVariable = "LINQHOOK_LISTEN"

  static let keys: [SettingKey<Settings>] = [
    .layered(
      "listen",
      \.listen,
      flag: listenFlag,
      variable: listenVariable,
      takes: ListenSettings.form,
      "Where webhooks come in. Port 0 lets the system choose; systemd takes sockets that systemd hands over.",
      parse: { text, folder throws(ValueProblem) in try ListenSettings(parsing: text, relativeTo: folder) },
      print: { .text("\($0)") }
    ).restartOnly(),
    .section("socket", \.socket, isOneLine: true, "Who may connect where `listen` is a unix socket.")
      .restartOnly().printed(where: { if case .unix = $0.listen { true } else { false } }),
    .section("admin", \.admin),
    SettingKey(
      name: "endpoints",
      takes: "a list of mappings",
      meaning: "What is received, one entry a path.",
      read: { $1.endpoints = EndpointSettings.read(root: $0, listen: $1.listen) },
      print: { .list($0.endpoints.map { .mapping($0.printed) }) },
      isEqual: { $0.endpoints == $1.endpoints },
      defaultText: "one with the defaults"
    ),
    SettingKey(
      name: "allow_weak_secrets",
      takes: "true or false",
      meaning:
        "Takes secrets that give a key of fewer than 16 bytes: of endpoints that do not say otherwise, of handlers, and for the admin token.",
      read: { reader, settings in
        settings.allowsWeakSecrets = reader.boolean("allow_weak_secrets") ?? false
        reader.context.allowsWeakSecrets = settings.allowsWeakSecrets
      },
      print: { .boolean($0.allowsWeakSecrets) },
      isEqual: { $0.allowsWeakSecrets == $1.allowsWeakSecrets },
      isReadFirst: true
    ),
    SettingKey(
      name: "trusted_proxies",
      takes: "a list of addresses and networks, as in 10.0.0.0/8",
      meaning: "Whose X-Forwarded-For and PROXY protocol is believed; the rightmost other hop is the client.",
      read: { reader, settings in
        reader.context.hasTrustedProxies =
          reader.entry("trusted_proxies").map { !$0.value.isEmptyList } ?? false
        settings.trustedProxies = readTrustedProxies(reader)
      },
      print: { .texts($0.trustedProxies.map(\.description)) },
      isEqual: { $0.trustedProxies == $1.trustedProxies },
      isReadFirst: true
    ),
    .section("limits", \.limits),
    .section("inbox", \.inbox),
    .section("quarantine", \.quarantine).restartOnly(),
    .section("shutdown", \.shutdown),
    SettingKey(
      name: "handlers",
      takes: "a list of mappings",
      meaning: "Who gets the events. Each event goes to each handler that wants it.",
      read: { $1.handlers = HandlerSettings.read(root: $0) },
      print: { .list($0.handlers.map(\.yaml)) },
      isEqual: { $0.handlers == $1.handlers },
      defaultText: "{name: log, type: log}"
    ),
    .section("log", \.log),
    .section("silence", \.silence),
    linqKey,
  ]

  /// Read before the handlers: those that answer depend on it.
  private static var linqKey: SettingKey<Settings> {
    let key = SettingKey<Settings>.section("linq", \.linq)
    return SettingKey(
      name: key.name,
      takes: key.takes,
      meaning: key.meaning,
      read: { reader, settings in
        key.read(&reader, &settings)
        reader.context.linq = LinqFacts(
          hasToken: LinqSettings.namesToken(reader.section("linq")),
          isVersion2: settings.linq.api == .v2
        )
      },
      print: key.print,
      isEqual: key.isEqual,
      isReadFirst: true,
      nested: key.nested
    )
  }

  mutating func check(_ reader: MappingReader) {
    rejectConflict(reader)
    if quarantine.maxEntries > 0, quarantine.maxBytes > inbox.maxBytes / 2 {
      reader.section("inbox").warn(
        "max_bytes",
        "is not twice `quarantine.max_bytes`: refused requests could fill the store, and events would be answered 503."
      )
    }
    DedupCheck(inbox: inbox, endpoints: endpoints).run(reporting: reader)
  }

  /// Both addresses cannot be bound: blames the one that somebody set.
  private func rejectConflict(_ reader: MappingReader) {
    guard let address = admin.listen, address.conflicts(with: listen) else { return }
    let isDefault = admin.listen == AdminSettings().listen
    let place =
      isDefault
      ? reader.layerPlace("listen", flag: Self.listenFlag, variable: Self.listenVariable)
      : AdminSettings.listenPlace(reader.section("admin"))
    reader.context.problems.report(
      Problem(
        place: place,
        key: isDefault ? "listen" : "admin.listen",
        message:
          "`listen` is \(listen) and `admin.listen` is \(address), which cannot both be used. Change one port, or write off for `admin.listen`."
      )
    )
  }

  private static func readTrustedProxies(_ reader: MappingReader) -> [NetworkRange] {
    let ranges =
      reader.parsedTexts("trusted_proxies", form: "[10.0.0.0/8]", NetworkRange.init(parsing:)) ?? []
    for range in ranges where range.isNearlyEverybody {
      reader.warn(
        "trusted_proxies",
        "holds \(range), which is nearly everybody: each client could choose the address that it is logged and counted by. List your proxies only."
      )
    }
    return ranges
  }
}
