import Answering
import Ingress
import LinqEvents
import LinqhookAuthentication
import LinqhookConfiguration
import LinqhookDelivery
import LinqhookInbox
import Logging
import MicroHTTP
import SQLiteInbox
import Synchronization

/// A running receiver: the modules put together, in the order in which data flows.
///
/// What it starts last it stops first: the door closes, then what came in is handed on, then the store.
final class Receiver: Sendable {
  private struct Reload {
    var succeeded = true
    var succeededAtMilliseconds = WallClock.milliseconds()
  }

  let inbox: any Inbox
  let dispatcher: Dispatcher
  let ingress: IngressService
  let server: HTTPServer
  private let deliveries: Task<Void, Never>
  private let control: HTTPServer?
  private let admin: Mutex<HTTPServer?> = Mutex(nil)
  /// What a reload cannot change runs by these until the end.
  private let initialSettings: Settings
  private let settings: Mutex<Settings>
  private let reloads = Mutex(Reload())
  private let isDraining = Atomic<Bool>(false)
  private let tokenDesk: TokenDesk
  /// What the watch of Linq's subscriptions has found.
  let subscriptions = SubscriptionReport()
  /// Between two looks of that watch.
  let subscriptionPause = Pause()
  private let registry: HandlerRegistry
  private let services: LinqServices
  private let environment: [String: String]
  private let logger: Logger

  /// Opens the store, starts the handlers, then opens the door.
  static func start(
    _ settings: Settings,
    registry: HandlerRegistry,
    environment: [String: String],
    logger: Logger
  ) async throws(DaemonError) -> Receiver {
    let services = try LinqServices()
    let registrations = try Self.registrations(settings, registry, services, environment, logger)
    let inbox = try Self.openInbox(settings, logger)
    let dispatcher = Dispatcher(store: inbox, registrations: registrations, logger: logger)
    do {
      try await dispatcher.start()
      return try assemble(settings, registry, services, environment, logger, inbox, dispatcher)
    } catch {
      await dispatcher.drain(within: .zero)
      await inbox.close()
      throw Self.daemonError(error)
    }
  }

  // What `start` calls without waiting stays out of its body (`@inline(never)`): with their many failures inlined
  // between its waits the optimizer of Swift 6.3 crashes (CoroSplit).
  @inline(never)
  private static func assemble(
    _ settings: Settings,
    _ registry: HandlerRegistry,
    _ services: LinqServices,
    _ environment: [String: String],
    _ logger: Logger,
    _ inbox: any Inbox,
    _ dispatcher: Dispatcher
  ) throws -> Receiver {
    try Receiver(
      settings,
      registry: registry,
      services: services,
      environment: environment,
      logger: logger,
      inbox: inbox,
      dispatcher: dispatcher
    )
  }

  private init(
    _ settings: Settings,
    registry: HandlerRegistry,
    services: LinqServices,
    environment: [String: String],
    logger: Logger,
    inbox: any Inbox,
    dispatcher: Dispatcher
  ) throws {
    self.inbox = inbox
    self.dispatcher = dispatcher
    deliveries = Task { await dispatcher.run() }
    initialSettings = settings
    self.settings = Mutex(settings)
    self.registry = registry
    self.services = services
    self.environment = environment
    self.logger = logger
    tokenDesk = TokenDesk(logger: logger)
    ingress = IngressService(
      routing: try RoutingTable(settings),
      inbox: inbox,
      observer: RejectionLog(logger: logger),
      clock: WallClock.milliseconds
    )
    let handedOver = HandedOverSockets.descriptors(environment: environment)
    var configuration = HTTPServerConfiguration(
      addresses: try settings.listen.addresses(handedOver: handedOver),
      limits: HTTPLimits(settings.limits)
    )
    configuration.setSocket(settings.socket)
    configuration.trustsProxyHeader = { [ingress] in ingress.trustsProxy(at: $0) }
    server = try HTTPServer.start(configuration, service: ingress, onDiagnostic: logger.report)
    let control = ControlService(settings, inbox, dispatcher, ingress, logger)
    self.control = ControlSocket.open(control, logger: logger)
    _ = try Self.adminToken(settings)
    let admin = try startAdmin(settings, control)
    self.admin.withLock { $0 = admin }
  }

  /// Where events are taken, as text.
  var addresses: [String] { server.boundAddresses.map(\.description) }

  /// Where health and metrics are served, as text.
  var adminAddresses: [String] {
    admin.withLock { $0?.boundAddresses.map(\.description) ?? [] }
  }

  /// How long a drain waits for what is under way.
  var drainTime: Duration { settings.withLock { $0.shutdown.drain } }

  /// The settings that the last start or reload put in force.
  var settingsInForce: Settings { settings.withLock { $0 } }

  /// What to do about silence, as the settings in force say.
  var silenceSettings: SilenceSettings? { settings.withLock { $0.silence } }

  /// Puts other settings in force, all or nothing.
  func reload(_ new: Settings) async throws(DaemonError) {
    // The file's own `listen` may be local, but the sockets stay.
    let listen = initialSettings.listen
    guard listen.isLocal || !new.endpoints.contains(where: \.allowsUnsigned) else {
      throw .unsignedWhileListening(on: listen.description)
    }
    let limits: HTTPLimits
    do {
      let registrations = try Self.registrations(new, registry, services, environment, logger)
      let routing = try RoutingTable(new)
      let endpoints = try EndpointKeys.all(in: new)
      _ = try Self.adminToken(new)
      try HTTPLimits(new.limits).validate()
      try OpenFiles.prepare(for: new)
      try await reconfigure(registrations, endpoints)
      ingress.replaceRouting(with: routing)
      limits = try server.replaceLimits(with: HTTPLimits(new.limits))
    } catch {
      throw Self.daemonError(error)
    }
    settings.withLock { $0 = new }
    reloads.withLock { $0 = Reload() }
    subscriptionPause.cutShort()
    var kept = new.restartOnlyDifferences(from: initialSettings)
    if limits.maxHeaderBytes < new.limits.headerBytes { kept.append("limits.header_bytes") }
    if !kept.isEmpty {
      logger.warning(
        "some settings take effect only after a restart",
        metadata: ["keys": "\(kept.joined(separator: ", "))"]
      )
    }
  }

  /// The last steps that can fail: where the second does, the first is taken back.
  private func reconfigure(
    _ registrations: [HandlerRegistration],
    _ endpoints: [EndpointKeys]
  ) async throws {
    let before = try EndpointKeys.all(in: settings.withLock { $0 })
    try await inbox.separateIDs(by: endpoints)
    do {
      try await dispatcher.reconfigure(registrations)
    } catch {
      try await inbox.separateIDs(by: before)
      throw error
    }
  }

  /// A reload was asked for and refused; the old settings stay in force.
  func noteFailedReload() { reloads.withLock { $0.succeeded = false } }

  /// The operator asked for files to be reopened.
  func reopenFiles() async { await dispatcher.reopen() }

  /// Stops: no new connection, what is under way is finished and answered, handlers end, the store closes.
  func drain() async {
    let deadline = ContinuousClock.now + drainTime
    isDraining.store(true, ordering: .relaxed)
    server.beginDraining()
    await control?.stop(deadlineSeconds: 1)
    // A client that is slow to send may not use up the time that the handlers have.
    let requestSeconds = settings.withLock { $0.limits.requestTimeout.inSeconds }
    await server.stop(deadlineSeconds: min(requestSeconds, Self.secondsLeft(until: deadline)))
    await dispatcher.drain(within: .seconds(Self.secondsLeft(until: deadline)))
    await deliveries.value
    await inbox.close()
    if let admin = admin.withLock({ $0 }) { await admin.stop(deadlineSeconds: 1) }
  }

  private func startAdmin(_ settings: Settings, _ control: ControlService) throws -> HTTPServer? {
    guard let listen = settings.admin.listen else { return nil }
    let service = AdminService.make(
      readiness: { [unowned self] in readiness },
      metrics: { [unowned self] in metricsPage.bytes },
      control: GuardedControl(
        service: control,
        token: { [unowned self] in try? Self.adminToken(self.settings.withLock { $0 }) },
        desk: tokenDesk
      ),
      admin: { [unowned self] in self.settings.withLock { $0.admin } }
    )
    var configuration = HTTPServerConfiguration(addresses: try listen.addresses(handedOver: []))
    configuration.setSocket(settings.admin.socket)
    configuration.loops = 1
    configuration.limits.maxConnections = 64
    configuration.limits.responseTimeoutSeconds = ControlSocket.responseTimeoutSeconds
    return try HTTPServer.start(configuration, service: service, onDiagnostic: logger.report)
  }

  private var readiness: Readiness {
    Readiness(
      isDraining: isDraining.load(ordering: .relaxed),
      inbox: inbox.statistics,
      endpoints: ingress.endpointReports,
      handlers: dispatcher.statistics,
      subscriptionFindings: subscriptions.findings
    )
  }

  private var metricsPage: PrometheusText {
    MetricsPage(
      http: server.statistics,
      ingress: ingress.statistics,
      endpoints: ingress.endpointReports,
      inbox: inbox.statistics,
      handlers: dispatcher.statistics,
      adminRefusals: tokenDesk.refusals,
      subscriptionProblems: subscriptions.findings?.count,
      answering: services.statistics.snapshot,
      process: .read(),
      lastReloadSucceeded: reloads.withLock { $0.succeeded },
      lastReloadAtMilliseconds: reloads.withLock { $0.succeededAtMilliseconds }
    ).text
  }
}

extension Receiver {
  @inline(never)
  private static func registrations(
    _ settings: Settings,
    _ registry: HandlerRegistry,
    _ services: LinqServices,
    _ environment: [String: String],
    _ logger: Logger
  ) throws(DaemonError) -> [HandlerRegistration] {
    var registrations: [HandlerRegistration] = []
    for handler in settings.handlers {
      registrations.append(
        try registry.registration(
          handler,
          linq: settings.linq,
          services: services,
          logger: logger,
          environment: environment
        )
      )
    }
    return registrations
  }

  private static func adminToken(_ settings: Settings) throws -> Secret? {
    try settings.admin.token.map { try Secret($0.text.reveal()) }
  }

  @inline(never)
  private static func openInbox(_ settings: Settings, _ logger: Logger) throws(DaemonError) -> any Inbox {
    do {
      let endpoints = try EndpointKeys.all(in: settings)
      return try SQLiteInbox.open(
        SQLiteStorage(settings.inbox),
        limits: InboxLimits(settings),
        endpoints: endpoints
      ) { diagnostic in
        logger.report(diagnostic)
      }
    } catch {
      throw daemonError(error)
    }
  }

  @inline(never)
  static func daemonError(_ error: any Error) -> DaemonError {
    switch error {
    case let error as DaemonError: error
    case let error as HTTPServerError: .listen(error)
    case let error as InboxError: .inbox(error)
    case let error as DispatcherError: .delivery(error)
    default: .handler(name: "?", reason: "\(error)")
    }
  }

  private static func secondsLeft(until deadline: ContinuousClock.Instant) -> Double {
    max(0, (deadline - .now).inSeconds)
  }
}
