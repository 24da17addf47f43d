import FileTrust

/// Finds the secrets that a reference names: `env:NAME`, `file:/path`, `credential:NAME`, or the text itself.
///
/// No sentence made here holds a secret, nor a text that may be one by mistake.
struct SecretReader {
  static let maxBytes = 64 << 10

  private static let howToSet =
    "Set it to the signing secret that Linq showed when the subscription was made"

  let context: LoadContext
  let use: SecretUse
  /// Whether short keys are taken.
  let allowsWeak: Bool

  /// What was found, and what is to be said about it.
  struct Found {
    var secrets: [ConfiguredSecret]
    var warnings: [String] = []
    /// What cannot be looked at here and now, and is no fault.
    var note: String?
  }

  func resolve(_ reference: String) throws(ValueProblem) -> Found {
    if let name = reference.dropping(prefix: "env:") { return try fromEnvironment(name) }
    if let name = reference.dropping(prefix: "credential:") { return try fromCredential(name) }
    if let path = reference.dropping(prefix: "file:") {
      let path = try PathText.resolve(path, relativeTo: context.folder)
      return try fromFile(path, source: .file(path))
    }
    var found = try found([(reference, "the text here")], source: .literal)
    found.warnings.insert(
      "holds a secret in plain text, which ends up in backups and repositories. Use env:NAME or file:/path.",
      at: 0
    )
    return found
  }

  private func fromEnvironment(_ name: String) throws(ValueProblem) -> Found {
    guard EnvironmentName.isValid(name), !Quoted.looksLikeSecret(name) else {
      throw ValueProblem("must name a variable after `env:`, as in env:\(SecretVariables.webhookSecret).")
    }
    if name == SecretVariables.webhookSecret, context.variable(name) == nil,
      let path = context.variable(SecretVariables.webhookSecretFile)
    {
      let path = try PathText.resolve(path, relativeTo: FileAccess.currentFolder)
      return try fromFile(path, source: .environment(name))
    }
    guard let value = context.environment[name] else {
      throw ValueProblem("needs the environment variable \(name), which is not set. \(advice(name))")
    }
    context.secretVariables.note(name)
    let text = SecretLines.withoutLineEnds(value)
    return try found([(text, "the environment variable \(name)")], source: .environment(name))
  }

  private func advice(_ name: String) -> String {
    name == SecretVariables.webhookSecret
      ? "\(Self.howToSet), or \(SecretVariables.webhookSecretFile) to a file that holds it." : "Set it."
  }

  private func fromCredential(_ name: String) throws(ValueProblem) -> Found {
    let isName = !name.isEmpty && !name.contains("/") && name != "." && name != ".."
    guard isName, !Quoted.looksLikeSecret(name) else {
      throw ValueProblem("must name a credential after `credential:`, as in credential:linq-secret.")
    }
    guard let folder = context.variable("CREDENTIALS_DIRECTORY") else {
      guard context.purpose == .check else {
        throw ValueProblem(
          "needs credential:\(name), but CREDENTIALS_DIRECTORY is not set. Under systemd, add LoadCredential=\(name):/path to the unit."
        )
      }
      let unread = ConfiguredSecret(source: .credential(name), text: SecretText(""))
      return Found(
        secrets: [unread],
        note:
          "needs credential:\(name), which systemd hands to the service only, so it was not looked at. If the unit has LoadCredential=\(name):/etc/linqhook/\(name), `CREDENTIALS_DIRECTORY=/etc/linqhook linqhook check` looks at that file."
      )
    }
    return try fromFile("\(folder)/\(name)", source: .credential(name))
  }

  private func fromFile(_ path: String, source: SecretSource) throws(ValueProblem) -> Found {
    guard !Quoted.looksLikeSecret(path) else {
      throw ValueProblem("must name a file after `file:`, not the secret itself.")
    }
    var warnings: [String] = []
    if let objection = context.trust.objection(to: path) {
      let text = "needs a secret file that others could change: \(objection)"
      guard context.mayBelongToService(objection) else { throw ValueProblem(text) }
      warnings.append(text)
    }
    let contents: String
    do {
      contents = try FileAccess.readText(path, maxBytes: Self.maxBytes)
    } catch {
      throw ValueProblem(
        "needs the secret file \(path), which \(error.reason).\(advice(unreadable: error, path))"
      )
    }
    let lines = SecretLines.read(contents)
    let texts = lines.map { text, line in
      (text, lines.count == 1 ? "the secret file \(path)" : "line \(line) of the secret file \(path)")
    }
    guard !texts.isEmpty else {
      throw ValueProblem(
        "must not be empty, as the secret file \(path) is. Write the secret on a line of its own."
      )
    }
    var found = try found(texts, source: source)
    if FileAccess.isReadableByEveryone(path) {
      warnings.append(
        "takes its secret from \(path), which every user of this machine may read. Run chmod o-r on it."
      )
    } else if context.purpose == .check, context.isHiddenFromService(path) {
      warnings.append(
        "takes its secret from \(path), which root may read but not the group of the configuration file. If linqhook runs as that group, run chgrp and chmod 640 on it."
      )
    }
    found.warnings = warnings + found.warnings
    return found
  }

  private func advice(unreadable failure: FileAccess.Failure, _ path: String) -> String {
    failure.isForbidden
      ? " Give it to the service's group: chgrp linqhook \(path) && chmod 640 \(path)." : ""
  }

  /// Reads each text as a secret.
  private func found(
    _ texts: [(text: String, origin: String)],
    source: SecretSource
  ) throws(ValueProblem) -> Found {
    var found = Found(secrets: [])
    for (text, origin) in texts {
      var spelling = SecretSpelling(use: use, origin: origin, isLiteral: source == .literal)
      if case .environment(let name) = source { spelling.variable = name }
      let secret = try spelling.read(text)
      if use.isWeak(secret) {
        guard allowsWeak else {
          throw ValueProblem(
            "must give a key of \(SecretUse.minKeyBytes) bytes or more, or it can be guessed; \(origin) gives less. Write the whole secret, or set `allow_weak_secrets: true` if it cannot be changed."
          )
        }
        found.warnings.append(
          "takes a key of fewer than \(SecretUse.minKeyBytes) bytes from \(origin), because of `allow_weak_secrets`. It can be guessed: change it as soon as you can."
        )
      }
      if source != .literal { context.secretVariables.note(valueOf: secret, in: context.environment) }
      found.secrets.append(ConfiguredSecret(source: source, text: SecretText(secret)))
    }
    return found
  }
}
