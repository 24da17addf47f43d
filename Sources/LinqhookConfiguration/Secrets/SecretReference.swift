import Foundation

/// Tells texts that were meant to be replaced by a secret, or to go before one, from secrets.
enum SecretReference {
  /// Words that people write before a colon, or before a blank, to say where a secret is.
  private static let places: Set<String> = [
    "env", "file", "credential", "environment", "variable", "var", "secret", "secrets", "path", "cred",
    "credentials", "vault", "ref", "secretref", "ssm", "keyring", "arn",
  ]
  /// What programs and templates write around the name of a variable.
  private static let expressions = ["${", "$(", "{{", "#{", "process.env", "os.environ", "os.getenv", "ENV["]

  /// Whether `text` is a reference that nothing has resolved: `$X`, `${X}`, `$(…)`, `` `…` ``, `{{x}}`, `%X%`, `<x>`, `ENV:X`,
  /// `op://…`, a path, `@path` as for curl. In the configuration itself the rules are stricter: a secret that breaks them can be kept in
  /// a file, where it is at least less likely to be a slip.
  static func looksUnresolved(_ text: String, isLiteral: Bool) -> Bool {
    if expressions.contains(where: text.contains) { return true }
    if text.hasPrefix("$") { return isLiteral || isVariableName(text.dropFirst()) }
    for (start, end) in [("%", "%"), ("<", ">"), ("{", "}"), ("`", "`")] as [(Character, Character)]
    where isEnclosed(text, start, end) { return true }
    if let colon = text.firstIndex(of: ":"), isPlace(text[..<colon], before: text[colon...]) { return true }
    if isLiteral, let blank = text.firstIndex(where: { " =.".contains($0) }),
      ["env", "file", "credential"].contains(text[..<blank].lowercased())
    {
      return true
    }
    if isLiteral, text.contains("_"), isVariableName(text), text == text.uppercased() { return true }
    if text.hasPrefix("@"), isPath(String(text.dropFirst()), isLiteral: isLiteral) { return true }
    return isPath(text, isLiteral: isLiteral)
  }

  /// Whether `text` ends in a variable that nothing has expanded. That much is a slip in any text, be it no secret.
  static func isUnexpanded(_ text: String) -> Bool {
    if text.contains("${") || text.contains("$(") { return true }
    let word = text.split(separator: " ").last ?? ""
    if word.hasPrefix("$") { return isVariableName(word.dropFirst()) }
    return ["env:", "file:", "credential:"].contains { word.lowercased().hasPrefix($0) }
  }

  private static func isEnclosed(_ text: String, _ start: Character, _ end: Character) -> Bool {
    text.count > 2 && text.first == start && text.last == end
  }

  private static func isPlace(_ word: Substring, before rest: Substring) -> Bool {
    let word = word.lowercased().trimmingCharacters(in: .whitespaces)
    return places.contains(word)
      || (rest.hasPrefix("://") && EnvironmentName.isValid(word.replacing("-", with: "_")))
  }

  /// Capital letters or small ones, not both, as no random text is.
  private static func isVariableName(_ text: some StringProtocol) -> Bool {
    EnvironmentName.isValid(text) && (text == text.uppercased() || text == text.lowercased())
  }

  /// Base64 may begin with a slash, too: outside of the configuration a text is a path only if there is such a file,
  /// or if it lacks what random text has.
  private static func isPath(_ text: String, isLiteral: Bool) -> Bool {
    if text.hasPrefix("./") || text.hasPrefix("../") || text.hasPrefix("~/") { return true }
    guard text.hasPrefix("/") else { return false }
    let isRandom =
      text.contains { $0.isLowercase } && text.contains { $0.isUppercase } && text.contains { $0.isNumber }
      && !text.contains { ".-_ ".contains($0) }
    return isLiteral || !isRandom || FileAccess.exists(text)
  }

  /// Whether a name and a secret are there: `NAME=value`, `export NAME=value`, `name: value`, JSON.
  static func isAssignment(_ text: String) -> Bool {
    if isEnclosed(text, "{", "}") || isEnclosed(text, "[", "]") { return text.contains("\"") }
    let words = ["export ", "set ", "setx ", "declare ", "env ", "$env:"]
    if words.contains(where: text.lowercased().hasPrefix) { return true }
    guard let sign = text.firstIndex(where: { "=:".contains($0) }) else { return false }
    let name = text[..<sign].trimmingSuffix { $0 == " " }
    let value = text[text.index(after: sign)...]
    // Base64 ends in = and holds none before; a colon counts with a blank behind it, as YAML writes it.
    guard EnvironmentName.isValid(name), value.contains(where: { $0 != "=" }) else { return false }
    if text[sign] == ":" { return value.hasPrefix(" ") || value.contains("whsec_") }
    let isNamedAsOne = ["secret", "token", "key", "password"].contains { name.lowercased().contains($0) }
    return value.contains("whsec_") || isNamedAsOne || (name.count > 2 && name == name.uppercased())
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while isLeftOut: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, isLeftOut(last) { text.removeLast() }
    return text
  }
}
