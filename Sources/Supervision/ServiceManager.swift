import Pacing

/// Reports the state of this process to the service manager: systemd's notification protocol (sd_notify(3)),
/// one datagram a message. Without a service manager (`NOTIFY_SOCKET` is not set) every call does nothing.
public struct ServiceManager: Sendable {
  private let socketPath: String?
  /// The longest time between two signs of life, in seconds; nil where none are wanted
  /// (sd_watchdog_enabled(3)).
  public let watchdogSeconds: Double?

  /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
  public init(environment: [String: String], processID: Int32) {
    socketPath = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
    let isForThisProcess = environment["WATCHDOG_PID"].map { Int32($0) == processID } ?? true
    let microseconds = environment["WATCHDOG_USEC"].flatMap { UInt64($0) } ?? 0
    watchdogSeconds = isForThisProcess && microseconds > 0 ? Double(microseconds) / 1_000_000 : nil
  }

  /// The service is up and takes requests.
  public func ready(status: String) { notify(["READY=1", "STATUS=\(Self.oneLine(status))"]) }

  /// The service reloads its configuration; `ready` ends that.
  public func reloading() {
    notify(["RELOADING=1", "MONOTONIC_USEC=\(MonotonicTime.now().nanoseconds / 1000)"])
  }

  /// The service is stopping.
  public func stopping(status: String) { notify(["STOPPING=1", "STATUS=\(Self.oneLine(status))"]) }

  /// A line for `systemctl status`.
  public func status(_ text: String) { notify(["STATUS=\(Self.oneLine(text))"]) }

  /// Feeds the watchdog.
  public func alive() { notify(["WATCHDOG=1"]) }

  /// Asks for this many more seconds before a stop counts as failed.
  public func extendTimeout(seconds: Double) {
    notify(["EXTEND_TIMEOUT_USEC=\(UInt64(max(0, seconds) * 1_000_000))"])
  }

  private func notify(_ lines: [String]) {
    guard let socketPath else { return }
    // No listener is not an error: the service manager may be restarting.
    _ = Datagram.send(Array(lines.joined(separator: "\n").utf8), toSocketAt: socketPath)
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}
