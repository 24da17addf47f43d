/// Reads the text of a secret as it was meant: takes off what cannot belong to it, and refuses what is probably a
/// slip, because a secret that is wrong by one blank refuses every event.
///
/// No sentence made here holds any of the text.
struct SecretSpelling {
  let use: SecretUse
  /// Where the text stands, to end "as … does": "the secret file /x".
  let origin: String
  /// Whether it is in the configuration itself, where it can hardly be a secret that looks like a reference.
  let isLiteral: Bool
  /// The variable that it was read from, if any.
  var variable: String?

  /// The secret; throws what is wrong and what to do, to follow the key's name.
  func read(_ written: String) throws(ValueProblem) -> String {
    var text = written
    if use != .header {
      if let inner = Self.unquoted(text) { text = inner }
      // As some services show it beside its version.
      if use == .signing, let rest = text.dropping(prefix: "v1,"), rest.hasPrefix("whsec_") { text = rest }
    }
    try refuseUnprintable(text)
    if use != .header { try refuseNames(text) }
    try refuseReferences(text)
    if use != .header { try refuseSurroundings(text) }
    if use == .signing, text.hasPrefix("whsec_") { try refuseDamage(text) }
    return text
  }

  /// What stands between two equal quotes. Between backquotes a blank makes it a command.
  private static func unquoted(_ text: String) -> String? {
    let scalars = text.unicodeScalars
    guard scalars.count >= 2, let first = scalars.first, first == scalars.last,
      "\"'`".unicodeScalars.contains(first), first != "`" || !scalars.contains(" ")
    else { return nil }
    return String(scalars.dropFirst().dropLast())
  }

  private func refuse(_ isWrong: Bool, _ rule: String, _ advice: String) throws(ValueProblem) {
    if isWrong { throw ValueProblem("\(rule), as \(origin) does. \(advice)") }
  }

  // MARK: What cannot be seen

  private func refuseUnprintable(_ text: String) throws(ValueProblem) {
    let scalars = text.unicodeScalars
    if scalars.isEmpty { throw ValueProblem("must not be empty, as \(origin) is.") }
    try refuse(
      scalars.first == "\u{FEFF}",
      "must not begin with a byte order mark",
      "Save it as UTF-8 without one."
    )
    if scalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\t" })
      || scalars.contains(where: { $0 == "\u{2028}" || $0 == "\u{2029}" })
    {
      throw ValueProblem("must not hold line breaks or control characters, as \(origin) does.")
    }
    let isBlank: (Unicode.Scalar?) -> Bool = { $0 == " " || $0 == "\t" }
    try refuse(
      isBlank(scalars.first) || isBlank(scalars.last),
      "must not begin or end with a blank",
      "Take the blank out."
    )
    if let hidden = scalars.first(where: Self.isHidden) {
      let code = String(hidden.value, radix: 16, uppercase: true)
      let name = hidden.properties.name ?? "invisible character"
      try refuse(
        true,
        "must not hold the invisible character U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code) (\(name.lowercased()))",
        "Copy the secret again, or type it."
      )
    }
  }

  /// Blanks other than the common one, and what takes no room at all.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return (properties.isWhitespace && scalar != " ") || properties.isDefaultIgnorableCodePoint
      || properties.generalCategory == .format || scalar == "\u{2800}"
  }

  // MARK: What is no secret

  private func refuseReferences(_ text: String) throws(ValueProblem) {
    let isReference =
      use == .header
      ? SecretReference.isUnexpanded(text) : SecretReference.looksUnresolved(text, isLiteral: isLiteral)
    try refuse(
      isReference || (variable != nil && text == variable),
      "must not be a text that looks like a reference or a path",
      "Nothing replaces it. Write env:NAME, file:/path or credential:NAME; a secret that only looks like this can be in a file."
    )
  }

  // MARK: What was copied along

  private func refuseNames(_ text: String) throws(ValueProblem) {
    try refuse(
      SecretReference.isAssignment(text),
      "must be the secret alone, not a name and the secret",
      "Remove the text before the secret."
    )
  }

  private func refuseSurroundings(_ text: String) throws(ValueProblem) {
    let first = text.unicodeScalars.first
    let last = text.unicodeScalars.last
    let isQuote: (Unicode.Scalar?) -> Bool = { quote in
      quote.map {
        "\"'`\u{2018}\u{2019}\u{201A}\u{201C}\u{201D}\u{201E}\u{AB}\u{BB}".unicodeScalars.contains($0)
      } ?? false
    }
    try refuse(isQuote(first) || isQuote(last), "must not begin or end with a quote", "Take the quotes out.")
    try refuse(text.contains(" #"), "must have no comment behind it", "Write comments on lines of their own.")
    if use == .token {
      try refuse(
        text.lowercased().hasPrefix("bearer "),
        "must be the token alone, without `Bearer`",
        "Take the word out; clients write it before the token."
      )
    }
  }

  /// Linq's secrets are `whsec_` and base64.
  private func refuseDamage(_ text: String) throws(ValueProblem) {
    let rest = text.dropFirst("whsec_".count)
    if rest.isEmpty {
      throw ValueProblem("must not be `whsec_` alone, as \(origin) is. Write the whole secret.")
    }
    try refuse(rest.hasPrefix("whsec_"), "must not begin with `whsec_` twice", "Take one of them out.")
    try refuse(
      rest.contains { $0.isWhitespace },
      "must not hold a blank behind `whsec_`",
      "Write the secret in one piece."
    )
    let isMasked = rest.contains("...") || rest.contains { "*\u{2022}\u{25CF}\u{2026}".contains($0) }
    try refuse(isMasked, "must be the whole secret, not a shortened one", "Copy all of it.")
    try refuse(
      rest.last.map { ",;:.)]}>".contains($0) } ?? false,
      "must not end in a punctuation mark",
      "Take it out; a secret ends in a letter, a digit or =."
    )
  }
}
