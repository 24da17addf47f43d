import Configuration
import Logging
import Supervision

/// Makes room for the descriptors that the settings ask for.
enum OpenFiles {
  /// Store, logs, loops and hooks beside the connections.
  private static let beside = 128

  static func prepare(for settings: Settings, logger: Logger) {
    let allowed = OpenFileLimit.raise()
    let needed = settings.limits.connections + beside
    guard allowed < needed else { return }
    logger.warning(
      """
      This process may open \(allowed) descriptors, and limits.connections asks for about \(needed). Raise the \
      limit (LimitNOFILE= in the unit, ulimit -n in a shell), or lower limits.connections.
      """
    )
  }
}
