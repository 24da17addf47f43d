/// The address for the operator.
public struct AdminSettings: Sendable, Equatable {
  /// Where health and metrics are served; `nil` when turned off.
  public var listen: ListenSettings?
  /// Who may connect where `listen` is a unix socket.
  public var socket: SocketSettings
  /// Opens events, replay and the inspector on this address. Without one, only health and metrics are served.
  public var token: ConfiguredSecret?
  /// Whether the inspector, the page for operators, is served.
  public var inspector: Bool
  /// Names under which the inspector and its API may be reached, beside addresses in digits and `localhost`; in small letters.
  public var hosts: [String]

  /// The defaults: loopback port 9464, no token.
  public init(
    listen: ListenSettings? = .tcp(host: "127.0.0.1", port: 9464),
    socket: SocketSettings = SocketSettings(),
    token: ConfiguredSecret? = nil,
    inspector: Bool = true,
    hosts: [String] = []
  ) {
    self.listen = listen
    self.socket = socket
    self.token = token
    self.inspector = inspector
    self.hosts = hosts
  }
}

extension AdminSettings: SettingsSection {
  static let blank = AdminSettings()
  static let keys: [SettingKey<AdminSettings>] = [
    listenKey, socketKey, tokenKey,
    .boolean("inspector", \.inspector, "Whether the inspector, the page for operators, is served."),
    hostsKey,
  ]

  /// Apart from the others for those who want only the address.
  static let listenKey = SettingKey<AdminSettings>.layered(
    "listen",
    \.listen,
    variable: listenVariable,
    takes: "host:port, unix:/path or off",
    "Where health, metrics, the inspector and its API are served.",
    parse: parseListen,
    print: { $0.map { .text("\($0)") } ?? .plain("off") }
  ).restartOnly()
  private static let listenVariable = "LINQHOOK_ADMIN_LISTEN"

  private static let socketKey = SettingKey<AdminSettings>.section(
    "socket",
    \.socket,
    isOneLine: true,
    "Who may connect where `listen` is a unix socket."
  ).restartOnly().printed(where: { if case .unix? = $0.listen { true } else { false } })

  private static let tokenKey = SettingKey<AdminSettings>.secret(
    "token",
    \.token,
    for: .token,
    "Opens events, replay and the inspector on this address. Without one only health and metrics are served."
  )

  private static let hostsKey = SettingKey<AdminSettings>.value(
    "hosts",
    \.hosts,
    takes: "a list of host names",
    "Names under which the inspector and its API may be reached, beside addresses in digits and localhost.",
    read: { $0.parsedTexts("hosts", form: "[hooks.example.com]", checkedHost) },
    print: YAMLText.texts
  )

  @Sendable private static func checkedHost(_ text: String) throws(ValueProblem) -> String {
    guard !text.isEmpty, !text.hasPrefix("."), !text.contains(".."),
      text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
    else {
      throw ValueProblem(
        "must list host names without a port, as in hooks.example.com, not \(Quoted.text(text))."
      )
    }
    return text.lowercased()
  }

  mutating func check(_ reader: MappingReader) {
    guard token != nil, let listen, !listen.isLocal else { return }
    reader.warn(
      "token",
      "comes over \(listen) in the clear, where whoever is on the way can read it. Listen on 127.0.0.1 or a unix "
        + "socket, and put a proxy that speaks TLS, or ssh, in front of it."
    )
  }

  /// Where the address comes from.
  static func listenPlace(_ reader: MappingReader) -> ProblemPlace {
    reader.layerPlace("listen", variable: listenVariable)
  }

  /// Reads `off` or an address that systemd does not have to hand over.
  @Sendable private static func parseListen(
    _ text: String,
    relativeTo folder: String
  ) throws(ValueProblem) -> ListenSettings? {
    if text == "off" { return nil }
    let form = "host:port, [::1]:port, unix:/path or off"
    let listen = try ListenSettings(parsing: text, relativeTo: folder)
    if listen == .systemd { throw ValueProblem("must be \(form), not \(Quoted.text(text)).") }
    return listen
  }
}
