extension MappingReader {
  /// The secrets that a node of this mapping names; none when something is wrong, or when secrets are not looked for.
  func secrets(
    _ key: String,
    _ node: SourceNode,
    for use: SecretUse,
    allowsWeak: Bool? = nil,
    warnsOfLiteral: Bool = true
  ) -> [ConfiguredSecret] {
    guard case .scalar(let reference, _) = node.content,
      !node.isNothing || (use == .header && reference != "")
    else {
      report(
        key,
        "must be a text or a reference to one, as in env:NAME or file:/path; \(node.kindInWords) stands here.",
        at: node.position
      )
      return []
    }
    guard context.purpose != .part else { return [] }
    let reader = SecretReader(
      context: context,
      use: use,
      allowsWeak: allowsWeak ?? context.allowsWeakSecrets
    )
    do {
      let found = try reader.resolve(reference)
      let isLiteral = found.secrets.first?.source == .literal
      for warning in found.warnings where warnsOfLiteral || !isLiteral {
        warn(key, warning, at: node.position)
      }
      if let note = found.note { self.note(key, note, at: node.position) }
      return found.secrets
    } catch {
      report(key, error.text, at: node.position)
      return []
    }
  }

  /// The one secret that a node names.
  func secret(
    _ key: String,
    _ node: SourceNode,
    for use: SecretUse,
    warnsOfLiteral: Bool = true
  ) -> ConfiguredSecret? {
    let found = secrets(key, node, for: use, warnsOfLiteral: warnsOfLiteral)
    if found.count > 1, let place = found.first?.source.reference {
      report(key, "takes one secret, but \(place) holds \(found.count). Keep one.", at: node.position)
      return nil
    }
    return found.first
  }

  /// The secret under a key, if the key is there.
  func secret(_ key: String, for use: SecretUse) -> ConfiguredSecret? {
    value(key).flatMap { secret(key, $0, for: use) }
  }
}

extension String {
  /// What follows a prefix; `nil` if the text does not begin with it.
  func dropping(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
