// A watchdog that a timer feeds goes on being fed while the work is stuck. So each beat first asks every loop
// that does the work whether it still turns, and waits for all of them. A loop that hangs (in a disk that no
// longer answers, in a lock) ends the beats, and the service manager restarts the process: what is acknowledged
// is on disk. An idle loop answers at once.

/// Feeds the service manager's watchdog (sd_watchdog_enabled(3)) for as long as the work goes on.
public struct Watchdog: Sendable {
  /// A loop that does the work.
  public struct Loop: Sendable {
    /// What it is called in the log.
    public let name: String
    /// Returns when the loop has come round once more.
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

  /// A watchdog over these loops. `onSilence` hears of one that has not answered for a third of the time that the
  /// service manager allows.
  public init(
    manager: ServiceManager,
    loops: [Loop],
    onSilence: @escaping @Sendable (_ loop: String, _ seconds: Double) -> Void
  ) {
    self.manager = manager
    self.loops = loops
    self.onSilence = onSilence
  }

  /// Beats three times in the time that the service manager allows, until it is cancelled. Returns at once where
  /// nobody watches.
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
