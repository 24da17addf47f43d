import ChildProcesses
public import Foundation
public import LinqhookConfiguration
import Logging
import Supervision
import Synchronization
import SystemPackage
import UnixSignals

/// What `linqhook serve` was asked for.
public struct LaunchOptions: Sendable {
  /// The configuration file, where one was named.
  public var configurationFile: String?
  /// Settings from the command line, above the file and the environment.
  public var overrides: SettingsOverrides
  /// The environment.
  public var environment: [String: String]

  /// Options of the given parts.
  public init(
    configurationFile: String? = nil,
    overrides: SettingsOverrides = SettingsOverrides(),
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.configurationFile = configurationFile
    self.overrides = overrides
    self.environment = environment
  }
}

/// The whole daemon. A custom program that adds handler types calls `run` with its registry:
///
/// ```swift
/// var registry = HandlerRegistry()
/// registry.register("mine") { context in .single(MyHandler(context.settings)) }
/// try await Daemon(LaunchOptions(), registry: registry).run()
/// ```
public struct Daemon: Sendable {
  let options: LaunchOptions
  private let registry: HandlerRegistry

  /// A daemon that knows the registry's handler types.
  public init(_ options: LaunchOptions, registry: HandlerRegistry = HandlerRegistry()) {
    self.options = options
    self.registry = registry
  }

  /// Runs until SIGTERM or SIGINT, then drains; a second one ends the process at once. SIGHUP reloads the
  /// configuration, SIGUSR1 reopens files.
  ///
  /// - Throws: `DaemonError` where it cannot start.
  public nonisolated(nonsending) func run() async throws(DaemonError) {
    let result = await atDefaultPriority { () async -> Result<Void, DaemonError> in
      do throws(DaemonError) { return .success(try await runToTheEnd()) } catch { return .failure(error) }
    }
    try result.get()
  }

  private func runToTheEnd() async throws(DaemonError) {
    ProcessSetup.prepare()
    SignalDefaults.ignoreFileSizeLimit()
    SignalDefaults.leaveCrashesToTheKernel(environment: options.environment)
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup, .sigusr1)
    let loaded = try load()
    let log = StandardErrorLog(
      level: Logger.Level(loaded.settings.log.level),
      format: loaded.settings.log.format,
      isJournal: options.environment["JOURNAL_STREAM"] != nil
    )
    defer { log.flush() }
    let logger = log.logger("linqhook")
    for warning in loaded.warnings {
      logger.warning("configuration warning", metadata: ["detail": "\(warning.description)"])
    }
    try OpenFiles.prepare(for: loaded.settings)
    let manager = ServiceManager(
      environment: options.environment,
      processID: ProcessInfo.processInfo.processIdentifier
    )
    var registry = registry
    registry.waitUntilLogged = { await log.waitUntilWritten() }
    let receiver = try await Receiver.start(
      loaded.settings,
      registry: registry,
      environment: options.environment,
      logger: logger
    )
    StartReport(loaded, receiver).log(to: logger)
    log.flush()
    announce(receiver.addresses)
    manager.ready(status: "listening on \(receiver.addresses.joined(separator: " "))")
    await serve(Running(receiver: receiver, manager: manager, log: log, logger: logger), signals)
    logger.info("stopped")
  }

  func load() throws(DaemonError) -> LoadedSettings {
    do throws(ConfigurationError) {
      return try SettingsLoader.load(
        file: options.configurationFile,
        environment: options.environment,
        overrides: options.overrides,
        customHandlerTypes: registry.customTypes,
        answeringHandlerTypes: registry.answeringTypes
      )
    } catch {
      throw .configuration(error)
    }
  }

  /// The one line on standard output, for scripts that wait for it.
  private func announce(_ addresses: [String]) {
    // Nobody may be reading it; that is no reason to stop.
    _ = try? FileDescriptor.standardOutput.writeAll(Array("\(addresses.joined(separator: " "))\n".utf8))
  }
}

extension Logger.Level {
  init(_ level: LogLevel) { self = Logger.Level(rawValue: level.rawValue) ?? .info }
}
