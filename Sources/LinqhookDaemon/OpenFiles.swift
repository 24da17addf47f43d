import LinqhookConfiguration
import Supervision

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
