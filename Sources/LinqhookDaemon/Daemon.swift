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
  public nonisolated(nonsending) func run() async throws(DaemonError) {
    let result = await atDefaultPriority { () async -> Result<Void, DaemonError> in
      do throws(DaemonError) { return .success(try await runToTheEnd()) } catch { return .failure(error) }
    }
    try result.get()
  }

  private func runToTheEnd() async throws(DaemonError) {
    ProcessSetup.prepare()
    ProcessSignals.ignoreFileSizeLimit()
    ProcessSignals.leaveCrashesToTheKernel(environment: options.environment)
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup, .sigusr1)
    let loaded = try load()
    let log = StandardErrorLog(
      level: Logger.Level(loaded.settings.log.level),
      format: loaded.settings.log.format,
      isJournal: options.environment["JOURNAL_STREAM"] != nil
    )
    defer { log.flush() }
    let logger = log.logger("linqhook")
    for warning in loaded.warnings { logger.warning("\(warning.description)") }
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

  /// The one line on standard output, for scripts that wait for it.
  private func announce(_ addresses: [String]) {
    // Nobody may be reading it; that is no reason to stop.
    _ = try? FileDescriptor.standardOutput.writeAll(Array("\(addresses.joined(separator: " "))\n".utf8))
  }

  /// What the signals act on.
  private struct Running: Sendable {
    let receiver: Receiver
    let manager: ServiceManager
    let log: StandardErrorLog
    let logger: Logger
    let stop = StopRequest()
  }

  /// Whether a stop was asked for.
  private final class StopRequest: Sendable {
    private let flag = Atomic<Bool>(false)

    var isAsked: Bool { flag.load(ordering: .relaxed) }

    func ask() { flag.store(true, ordering: .relaxed) }
  }

  private func serve(_ running: Running, _ signals: UnixSignalsSequence) async {
    let (drained, end) = AsyncStream.makeStream(of: Never.self)
    let reports = ServiceReports(
      receiver: running.receiver,
      manager: running.manager,
      logger: running.logger
    )
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await reports.run() }
      group.addTask { await alarms(running).run() }
      group.addTask {
        // One after the other, and beside the signals: what waits for a hung disk must not hold up a stop.
        var changes: Task<Void, Never>?
        for await signal in signals {
          switch signal {
          case .sighup, .sigusr1:
            changes = Task { [changes] in
              await changes?.value
              await change(running, by: signal)
            }
          default:
            if running.stop.isAsked { stopAtOnce(running) }
            running.stop.ask()
            running.logger.info("Stopping: finishing what is under way.")
            running.manager.stopping(status: "finishing what is under way")
            Task {
              await reports.extendingTimeout { await running.receiver.drain() }
              end.finish()
            }
          }
        }
      }
      for await _ in drained {}
      group.cancelAll()
    }
  }

  private func alarms(_ running: Running) -> AlarmWatch {
    AlarmWatch(receiver: running.receiver, environment: options.environment, logger: running.logger)
  }

  private func stopAtOnce(_ running: Running) -> Never {
    running.logger.warning(
      "Stopping at once, as asked a second time; hooks are killed. What is acknowledged is on disk."
    )
    ProcessSetup.killChildren()
    running.log.flush()
    Foundation.exit(1)
  }

  private func change(_ running: Running, by signal: UnixSignal) async {
    guard !running.stop.isAsked else { return }
    if signal == .sighup { await reload(running) } else { await running.receiver.reopenFiles() }
  }

  private func reload(_ running: Running) async {
    running.manager.reloading()
    do throws(DaemonError) {
      let settings = try load().settings
      let before = running.receiver.settingsInForce
      try await running.receiver.reload(settings)
      running.log.changeLevel(to: Logger.Level(settings.log.level))
      reportReload(lasting: settings.secretsThatLast(from: before), running)
    } catch {
      running.receiver.noteFailedReload()
      running.logger.error(
        "The configuration was not reloaded; the old settings stay in force. \(error.description)"
      )
      say("the last reload was refused; the old settings are in force", running)
    }
  }

  /// Who is stopping is not ready any more.
  private func say(_ status: String, _ running: Running) {
    if !running.stop.isAsked { running.manager.ready(status: status) }
  }
}

extension Daemon {
  /// Says which secrets are still those of the start, so that nobody takes an exchanged one for taken over.
  private func reportReload(lasting references: [String], _ running: Running) {
    let metadata: Logger.Metadata =
      references.isEmpty ? [:] : ["as_at_start": "\(references.joined(separator: ", "))"]
    guard references.contains(where: { $0.hasPrefix("credential:") }) else {
      running.logger.notice("Reloaded the configuration.", metadata: metadata)
      say("reloaded the configuration", running)
      return
    }
    running.logger.warning(
      "Reloaded the configuration, but not the credentials, which systemd reads at the start only. To take a changed one, restart linqhook, or name its file as file:/etc/linqhook/NAME (mode 0640, group linqhook), which a reload reads anew.",
      metadata: metadata
    )
    say("reloaded the configuration, but not the credentials", running)
  }
}

extension Logger.Level {
  init(_ level: LogLevel) { self = Logger.Level(rawValue: level.rawValue) ?? .info }
}
