// A watchdog that only a timer feeds is still fed while the work is stuck. So before each beat every event
// loop is asked for a sign of life, and the beat waits for all of them. A loop that hangs (on a disk that
// does not answer, or in a lock) stops the beats, and the service manager restarts the process. Acknowledged
// events are on disk. An idle loop answers at once.

/// Feeds the service manager's watchdog (sd_watchdog_enabled(3)) as long as all loops respond.
public struct Watchdog: Sendable {
  /// A watched event loop.
  public struct Loop: Sendable {
    /// Its name in the log.
    public let name: String
    /// Returns when the loop has completed one more round.
    public let heartbeat: @Sendable () async -> Void

    /// A loop of this name.
    public init(_ name: String, heartbeat: @escaping @Sendable () async -> Void) {
      self.name = name
      self.heartbeat = heartbeat
    }
  }

  private let manager: ServiceManager
  private let loops: [Loop]
  private let onSilence: @Sendable (_ loop: String, _ seconds: Double) -> Void

  /// A watchdog for these loops. `onSilence` is called for one that has not responded for a third of the time
  /// that the service manager allows.
  public init(
    manager: ServiceManager,
    loops: [Loop],
    onSilence: @escaping @Sendable (_ loop: String, _ seconds: Double) -> Void
  ) {
    self.manager = manager
    self.loops = loops
    self.onSilence = onSilence
  }

  /// Sends three beats in the time that the service manager allows, until it is cancelled. Returns at once if
  /// no watchdog is set up.
  public func run() async {
    guard let allowedSeconds = manager.watchdogSeconds else { return }
    let interval = Duration.seconds(allowedSeconds / 3)
    repeat {
      for loop in loops { await ask(loop, patience: interval, seconds: allowedSeconds / 3) }
      guard !Task.isCancelled else { return }
      manager.alive()
    } while (try? await Task.sleep(for: interval)) != nil
  }

  private func ask(_ loop: Loop, patience: Duration, seconds: Double) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        if (try? await Task.sleep(for: patience)) != nil { onSilence(loop.name, seconds) }
      }
      await loop.heartbeat()
      group.cancelAll()
    }
  }
}
