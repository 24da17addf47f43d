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
      + handlers.flatMap { handler -> [ConfiguredSecret] in
        guard case .http(let http) = handler.kind else { return [] }
        return [http.secret].compactMap(\.self) + http.headers.map(\.value)
      }
  }
}
