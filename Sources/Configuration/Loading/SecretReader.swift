/// Finds the secret that a reference names: `env:NAME`, `file:/path`, `credential:NAME`, or the text itself.
///
/// No sentence made here holds a secret, nor a text that may be one by mistake.
struct SecretReader {
  static let defaultVariable = "LINQ_WEBHOOK_SECRET"
  static let defaultFileVariable = "LINQ_WEBHOOK_SECRET_FILE"
  static let bytesMax = 64 << 10

  private static let howToSet =
    "Set it to the signing secret that Linq showed when the subscription was made"

  let context: LoadContext

  /// What was found, and what is to be said about it.
  struct Found {
    var secret: ConfiguredSecret
    var warning: String?
  }

  func resolve(_ reference: String) throws(ValueProblem) -> Found {
    if let name = reference.dropping(prefix: "env:") { return try fromEnvironment(name) }
    if let name = reference.dropping(prefix: "credential:") { return try fromCredential(name) }
    if let path = reference.dropping(prefix: "file:") {
      let path = try PathText.resolve(path, relativeTo: context.folder)
      return try fromFile(path, source: .file(path))
    }
    return Found(
      secret: ConfiguredSecret(source: .literal, text: try checked(reference, from: "the text here")),
      warning:
        "holds a secret in plain text, which ends up in backups and repositories. Use env:NAME or file:/path."
    )
  }

  private func fromEnvironment(_ name: String) throws(ValueProblem) -> Found {
    guard EnvironmentName.isValid(name), !Quoted.looksLikeSecret(name) else {
      throw ValueProblem("must name a variable after `env:`, as in env:\(Self.defaultVariable).")
    }
    if name == Self.defaultVariable, context.variable(name) == nil,
      let path = context.variable(Self.defaultFileVariable)
    {
      let path = try PathText.resolve(path, relativeTo: FileAccess.currentFolder)
      return try fromFile(path, source: .environment(name))
    }
    guard let value = context.environment[name] else {
      throw ValueProblem("needs the environment variable \(name), which is not set. \(advice(name))")
    }
    let text = try checked(value, from: "the environment variable \(name)")
    return Found(secret: ConfiguredSecret(source: .environment(name), text: text))
  }

  private func advice(_ name: String) -> String {
    name == Self.defaultVariable
      ? "\(Self.howToSet), or \(Self.defaultFileVariable) to a file that holds it." : "Set it."
  }

  private func fromCredential(_ name: String) throws(ValueProblem) -> Found {
    let isName = !name.isEmpty && !name.contains("/") && name != "." && name != ".."
    guard isName, !Quoted.looksLikeSecret(name) else {
      throw ValueProblem("must name a credential after `credential:`, as in credential:linq-secret.")
    }
    guard let folder = context.variable("CREDENTIALS_DIRECTORY") else {
      throw ValueProblem(
        "needs credential:\(name), but CREDENTIALS_DIRECTORY is not set. Under systemd, add LoadCredential=\(name):/path to the unit."
      )
    }
    return try fromFile("\(folder)/\(name)", source: .credential(name))
  }

  private func fromFile(_ path: String, source: SecretSource) throws(ValueProblem) -> Found {
    guard !Quoted.looksLikeSecret(path) else {
      throw ValueProblem("must name a file after `file:`, not the secret itself.")
    }
    let contents: String
    do {
      contents = try FileAccess.readText(path, bytesMax: Self.bytesMax)
    } catch {
      throw ValueProblem("needs the secret file \(path), which \(error.reason).")
    }
    let text = try checked(contents, from: "the secret file \(path)")
    let warning =
      FileAccess.isReadableByEveryone(path)
      ? "takes its secret from \(path), which every user of this machine may read. Run chmod 600 on it." : nil
    return Found(secret: ConfiguredSecret(source: source, text: text), warning: warning)
  }

  /// Takes one trailing line end off and refuses what cannot be a secret.
  private func checked(_ text: String, from origin: String) throws(ValueProblem) -> SecretText {
    var secret = text[...]
    if secret.last == "\n" || secret.last == "\r\n" { secret.removeLast() }
    guard !secret.isEmpty else {
      throw ValueProblem("must not be empty, as \(origin) is.")
    }
    guard !secret.contains(where: \.isControl) else {
      throw ValueProblem("must not hold line breaks or control characters, as \(origin) does.")
    }
    return SecretText(String(secret))
  }
}

extension MappingReader {
  /// The secret that a node of this mapping names; `nil` also when secrets are not looked for.
  func secret(_ key: String, _ node: SourceNode, warnsOfLiteral: Bool = true) -> ConfiguredSecret? {
    guard case .scalar(let reference, _) = node.content, !node.isNothing else {
      report(
        key,
        "must be a text or a reference to one, as in env:NAME or file:/path; \(node.kindInWords) stands here.",
        at: node.position
      )
      return nil
    }
    guard context.readsSecrets else { return nil }
    do {
      let found = try SecretReader(context: context).resolve(reference)
      if let warning = found.warning, warnsOfLiteral || found.secret.source != .literal {
        warn(key, warning, at: node.position)
      }
      return found.secret
    } catch {
      report(key, error.text, at: node.position)
      return nil
    }
  }

  /// The secret under a key, if the key is there.
  func secret(_ key: String) -> ConfiguredSecret? {
    value(key).flatMap { secret(key, $0) }
  }
}

/// Names of environment variables (POSIX, Base Definitions 8.1, with lower case allowed).
enum EnvironmentName {
  static func isValid(_ name: some StringProtocol) -> Bool {
    !name.isEmpty && name.first?.isNumber == false
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}

extension String {
  /// What follows a prefix; `nil` if the text does not begin with it.
  func dropping(prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
