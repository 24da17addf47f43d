import ChildProcesses
public import Configuration
public import Foundation
import Logging
import UnixSignals

/// What `linqhook serve` was asked for.
public struct LaunchOptions: Sendable {
  /// The configuration file, where one was named.
  public var configurationFile: String?
  /// Settings from the command line, above the file and the environment.
  public var overrides: SettingsOverrides
  /// The environment.
  public var environment: [String: String]
  /// Called once with the addresses when the receiver is ready.
  public var onReady: @Sendable ([String]) -> Void

  /// Options of the given parts.
  public init(
    configurationFile: String? = nil,
    overrides: SettingsOverrides = SettingsOverrides(),
    environment: [String: String] = ProcessInfo.processInfo.environment,
    onReady: @escaping @Sendable ([String]) -> Void = { _ in }
  ) {
    self.configurationFile = configurationFile
    self.overrides = overrides
    self.environment = environment
    self.onReady = onReady
  }
}

/// The whole daemon. A program of one's own that adds handler types calls `run` with its registry:
///
/// ```swift
/// var registry = HandlerRegistry()
/// registry.register("mine") { context in .single(MyHandler(context.settings)) }
/// try await Daemon(LaunchOptions(), registry: registry).run()
/// ```
public struct Daemon: Sendable {
  private let options: LaunchOptions
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
  public func run() async throws(DaemonError) {
    ProcessSetup.prepare()
    ProcessSignals.ignoreFileSizeLimit()
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup, .sigusr1)
    let loaded = try load()
    let log = StandardErrorLog(
      level: Logger.Level(loaded.settings.log.level),
      format: loaded.settings.log.format,
      isJournal: options.environment["JOURNAL_STREAM"] != nil
    )
    let logger = log.logger("linqhook")
    for warning in loaded.warnings { logger.warning("\(warning.description)") }
    let receiver = try await Receiver.start(
      loaded.settings,
      registry: registry,
      environment: options.environment,
      logger: logger
    )
    StartReport(loaded, receiver).log(to: logger)
    options.onReady(receiver.addresses)
    await serve(receiver, signals, log, logger)
    logger.info("Stopped.")
  }

  private func load() throws(DaemonError) -> LoadedSettings {
    do throws(ConfigurationError) {
      return try SettingsLoader.load(
        file: options.configurationFile,
        environment: options.environment,
        overrides: options.overrides,
        customHandlerTypes: registry.customTypes
      )
    } catch {
      throw .configuration(error)
    }
  }

  private func serve(
    _ receiver: Receiver,
    _ signals: UnixSignalsSequence,
    _ log: StandardErrorLog,
    _ logger: Logger
  ) async {
    let (drained, end) = AsyncStream.makeStream(of: Never.self)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        var isStopping = false
        for await signal in signals {
          switch signal {
          case .sighup: await reload(receiver, log, logger)
          case .sigusr1: await receiver.reopenFiles()
          default:
            if isStopping { stopAtOnce(logger) }
            isStopping = true
            logger.info("Stopping: finishing what is under way.")
            Task {
              await receiver.drain()
              end.finish()
            }
          }
        }
      }
      for await _ in drained {}
      group.cancelAll()
    }
  }

  private func stopAtOnce(_ logger: Logger) -> Never {
    logger.warning("Stopping at once, as asked a second time. What is acknowledged is on disk.")
    Foundation.exit(1)
  }

  private func reload(_ receiver: Receiver, _ log: StandardErrorLog, _ logger: Logger) async {
    do throws(DaemonError) {
      let loaded = try load()
      try await receiver.reload(loaded.settings)
      log.reconfigure(level: Logger.Level(loaded.settings.log.level), format: loaded.settings.log.format)
      logger.notice("Reloaded the configuration.")
    } catch {
      receiver.noteFailedReload()
      logger.error("The configuration was not reloaded; the old settings stay in force. \(error.description)")
    }
  }
}

extension Logger.Level {
  init(_ level: LogLevel) { self = Logger.Level(rawValue: level.rawValue) ?? .info }
}
