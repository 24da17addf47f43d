extension Settings {
  /// The keys whose change takes effect only after a restart, among those that differ from `running`.
  ///
  /// Sockets, the store and the shape of the server are made once, at start. Everything else (endpoints,
  /// secrets, handlers, retention, log) is taken over by a reload.
  ///
  /// - Returns: Key paths as they stand in the file, in its order; empty when a reload takes over everything.
  public func restartOnlyDifferences(from running: Settings) -> [String] {
    var keys: [String] = []
    func compare(_ key: String, _ value: (Settings) -> some Equatable) {
      if value(self) != value(running) { keys.append(key) }
    }
    compare("listen") { $0.listen }
    compare("admin.listen") { $0.admin.listen }
    compare("limits.connections") { $0.limits.connections }
    compare("limits.per_ip") { $0.limits.connectionsPerAddress }
    compare("limits.header_bytes") { $0.limits.headerBytes }
    compare("limits.request_timeout") { $0.limits.requestTimeout }
    compare("limits.idle_timeout") { $0.limits.idleTimeout }
    compare("inbox.path") { $0.inbox.path }
    compare("inbox.durability") { $0.inbox.durability }
    compare("inbox.dedup.max_entries") { $0.inbox.dedup.entriesMax }
    compare("inbox.allow_unsafe_storage") { $0.inbox.allowsUnsafeStorage }
    compare("log.format") { $0.log.format }
    return keys
  }
}
