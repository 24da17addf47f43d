// What a reload cannot take over.

extension Settings {
  /// The keys whose change takes effect only after a restart, among those that differ from `running`, the settings of
  /// the start.
  ///
  /// Sockets and the store are made once, at start. Everything else (endpoints, secrets, handlers, limits,
  /// log level) is taken over by a reload.
  ///
  /// - Returns: Key paths as they stand in the file, in its order; empty when a reload takes over everything.
  public func restartOnlyDifferences(from running: Settings) -> [String] {
    Self.keys.restartOnlyDifferences(self, from: running)
  }
}

extension Settings {
  /// References to secrets that a reload cannot have read anew, as systemd fills credentials, and whoever starts a
  /// program fills its environment, once at the start: those whose text is what it was in `running`.
  ///
  /// - Returns: `credential:NAME` or `env:NAME`, each once.
  public func secretsThatLast(from running: Settings) -> [String] {
    let before = running.secrets
    var references: [String] = []
    for secret in secrets where before.contains(secret) {
      guard let reference = secret.source.reference, !references.contains(reference) else { continue }
      switch secret.source {
      case .environment, .credential: references.append(reference)
      case .file, .literal: continue
      }
    }
    return references
  }

  /// All secrets, wherever they are used.
  private var secrets: [ConfiguredSecret] {
    endpoints.flatMap { $0.secrets + $0.answers.headers.map(\.value) }
      + [admin.token, linq.token].compactMap(\.self)
      + handlers.flatMap(\.kind.secrets)
  }
}
