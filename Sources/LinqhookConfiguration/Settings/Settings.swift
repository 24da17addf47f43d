/// Everything that linqhook can be told, checked and complete.
///
/// A value of this type holds no reference to a file or to the environment: paths are absolute, secrets are
/// resolved, defaults are filled in. The defaults of the initialisers are the defaults of the program.
public struct Settings: Sendable, Equatable {
  /// Where webhooks come in.
  public var listen: ListenSettings
  /// Who may connect where `listen` is a unix socket.
  public var socket: SocketSettings
  /// Health, metrics and, with a token, the inspector.
  public var admin: AdminSettings
  /// What is received, one entry a path. Never empty when loaded.
  public var endpoints: [EndpointSettings]
  /// Whether secrets are taken that give a key of fewer than 16 bytes; endpoints may say otherwise.
  public var allowsWeakSecrets: Bool
  /// Whose `X-Forwarded-For` is believed.
  public var trustedProxies: [NetworkRange]
  /// Bounds on connections and requests.
  public var limits: LimitSettings
  /// Where and how events are stored.
  public var inbox: InboxSettings
  /// The ring that keeps refused requests.
  public var quarantine: QuarantineSettings
  /// How the program stops.
  public var shutdown: ShutdownSettings
  /// Who gets the events.
  public var handlers: [HandlerSettings]
  /// Level and form of linqhook's own log.
  public var log: LogSettings
  /// What to do when no event comes for long. `nil`: nothing.
  public var silence: SilenceSettings?
  /// How Linq is called.
  public var linq: LinqSettings

  /// Puts settings together in code. Nothing is checked here: `SettingsLoader` does that for files.
  public init(
    listen: ListenSettings = .tcp(host: "127.0.0.1", port: 8080),
    socket: SocketSettings = SocketSettings(),
    admin: AdminSettings = AdminSettings(),
    endpoints: [EndpointSettings] = [],
    allowsWeakSecrets: Bool = false,
    trustedProxies: [NetworkRange] = [],
    limits: LimitSettings = LimitSettings(),
    inbox: InboxSettings,
    quarantine: QuarantineSettings = QuarantineSettings(),
    shutdown: ShutdownSettings = ShutdownSettings(),
    handlers: [HandlerSettings] = [HandlerSettings(name: "log", kind: .log(LogHandlerSettings()))],
    log: LogSettings = LogSettings(),
    silence: SilenceSettings? = nil,
    linq: LinqSettings = LinqSettings()
  ) {
    self.listen = listen
    self.socket = socket
    self.admin = admin
    self.endpoints = endpoints
    self.allowsWeakSecrets = allowsWeakSecrets
    self.trustedProxies = trustedProxies
    self.limits = limits
    self.inbox = inbox
    self.quarantine = quarantine
    self.shutdown = shutdown
    self.handlers = handlers
    self.log = log
    self.silence = silence
    self.linq = linq
  }
}
