import Configuration
import Supervision

/// Makes room for the descriptors that the settings ask for.
enum OpenFiles {
  /// Store, logs, loops and hooks beside the connections.
  private static let beside = 128

  /// Refuses to start where there is too little: what runs out of descriptors later cannot open its store, its
  /// files or its programs.
  static func prepare(for settings: Settings) throws(DaemonError) {
    let allowed = OpenFileLimit.raise()
    let needed = settings.limits.connections + beside
    guard allowed >= needed else { throw .tooFewDescriptors(allowed: allowed, needed: needed) }
  }
}
