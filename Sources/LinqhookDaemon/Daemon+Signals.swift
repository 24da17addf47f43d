import ChildProcesses
import Foundation
import LinqhookConfiguration
import Logging
import Supervision
import Synchronization
import UnixSignals

// What the running daemon does for each signal.
extension Daemon {
  /// What the signals act on.
  struct Running: Sendable {
    let receiver: Receiver
    let manager: ServiceManager
    let log: StandardErrorLog
    let logger: Logger
    let stop = StopRequest()
  }

  /// Whether a stop was asked for.
  final class StopRequest: Sendable {
    private let flag = Atomic<Bool>(false)

    var isAsked: Bool { flag.load(ordering: .relaxed) }

    func ask() { flag.store(true, ordering: .relaxed) }
  }

  /// Serves until a stop is done. SIGHUP reloads, SIGUSR1 reopens files, SIGTERM and SIGINT drain, and a second one
  /// of these ends the process at once.
  func serve(_ running: Running, _ signals: UnixSignalsSequence) async {
    let (drained, end) = AsyncStream.makeStream(of: Never.self)
    let reports = ServiceReports(
      receiver: running.receiver,
      manager: running.manager,
      logger: running.logger
    )
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await reports.run() }
      group.addTask { await alarms(running).run() }
      group.addTask { await SubscriptionWatch(receiver: running.receiver, logger: running.logger).run() }
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
            running.logger.info("stopping; finishing work in flight")
            running.manager.stopping(status: "finishing work in flight")
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
      "stopping at once on the second signal; hooks are killed, acknowledged events are on disk"
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
        "could not reload the configuration; the old settings stay in force",
        metadata: ["error": "\(error.description)"]
      )
      say("the last reload was refused; the old settings are in force", running)
    }
  }

  /// A receiver that is stopping is not ready any more.
  private func say(_ status: String, _ running: Running) {
    if !running.stop.isAsked { running.manager.ready(status: status) }
  }

  /// Says which secrets are still those of the start, so that nobody takes an exchanged one for taken over.
  private func reportReload(lasting references: [String], _ running: Running) {
    var metadata: Logger.Metadata =
      references.isEmpty ? [:] : ["as_at_start": "\(references.joined(separator: ", "))"]
    guard references.contains(where: { $0.hasPrefix("credential:") }) else {
      running.logger.notice("configuration reloaded", metadata: metadata)
      say("reloaded the configuration", running)
      return
    }
    metadata["detail"] =
      "systemd reads credentials at the start only. To use a changed one, restart linqhook, or name its file as file:/etc/linqhook/NAME (mode 0640, group linqhook), which a reload reads again."
    running.logger.warning(
      "configuration reloaded, but not the systemd credentials",
      metadata: metadata
    )
    say("reloaded the configuration, but not the credentials", running)
  }
}
