extension Settings {
  /// The keys whose change takes effect only after a restart, among those that differ from `running`, the settings of the start.
  ///
  /// Sockets and the store are made once, at start. Everything else (endpoints, secrets, handlers, limits,
  /// log level) is taken over by a reload.
  ///
  /// - Returns: Key paths as they stand in the file, in its order; empty when a reload takes over everything.
  public func restartOnlyDifferences(from running: Settings) -> [String] {
    var keys: [String] = []
    func compare(_ key: String, _ value: (Settings) -> some Equatable) {
      if value(self) != value(running) { keys.append(key) }
    }
    compare("listen") { $0.listen }
    compare("socket") { $0.socket }
    compare("admin.listen") { $0.admin.listen }
    compare("admin.socket") { $0.admin.socket }
    compare("inbox.path") { $0.inbox.path }
    compare("inbox.durability") { $0.inbox.durability }
    compare("inbox.dedup.window") { $0.inbox.dedup.window }
    compare("inbox.dedup.max_entries") { $0.inbox.dedup.maxEntries }
    compare("inbox.retention") { $0.inbox.retention }
    compare("inbox.max_pending") { $0.inbox.maxPending }
    compare("inbox.max_bytes") { $0.inbox.maxBytes }
    compare("inbox.allow_unsafe_storage") { $0.inbox.allowsUnsafeStorage }
    compare("quarantine") { $0.quarantine }
    compare("log.format") { $0.log.format }
    return keys
  }
}
