import Foundation
import Glibc
import LinqhookConfiguration
import Supervision

// What the process is given at its start: descriptors, sockets, signals.

/// Makes room for the descriptors that the settings ask for.
enum OpenFiles {
  /// Store, logs and loops beside the connections, and a reserve.
  private static let beside = 128
  /// The most that a delivery under way has: three pipes and the process, or a connection and a file.
  private static let eachDelivery = 6

  /// Refuses to start where there is too little: what runs out of descriptors later cannot open its store, its
  /// files or its programs.
  static func prepare(for settings: Settings) throws(DaemonError) {
    let allowed = OpenFileLimit.raise()
    let deliveries = settings.handlers.reduce(0) { $0 + $1.concurrency }
    let needed = settings.limits.connections + deliveries * eachDelivery + beside
    guard allowed >= needed else { throw .tooFewDescriptors(allowed: allowed, needed: needed) }
  }
}

/// The sockets that systemd hands over at start (sd_listen_fds(3)): descriptors from 3 on, `LISTEN_FDS` of
/// them, for the process `LISTEN_PID`.
enum HandedOverSockets {
  private static let firstDescriptor: Int32 = 3

  static func descriptors(
    environment: [String: String],
    processID: Int32 = ProcessInfo.processInfo.processIdentifier
  ) -> [Int32] {
    guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == processID,
      let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), (1...1024).contains(count)
    else { return [] }
    return Array(firstDescriptor..<firstDescriptor + count)
  }
}

/// Signals that would end the process where an error number says the same, or that say too much when they do.
enum SignalDefaults {
  /// A file at its size limit is answered by EFBIG, which the code that writes handles; SIGXFSZ would end the
  /// receiver.
  static func ignoreFileSizeLimit() { _ = signal(SIGXFSZ, SIG_IGN) }

  /// Swift's crash reporter writes registers and the memory that they point to onto the log, and a part of a
  /// secret may be in it. So a crash only ends the process, with Swift's own sentence where there is one, unless
  /// SWIFT_BACKTRACE asks for more.
  static func leaveCrashesToTheKernel(environment: [String: String]) {
    guard environment["SWIFT_BACKTRACE"] == nil else { return }
    for crash in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { _ = signal(crash, SIG_DFL) }
  }
}
