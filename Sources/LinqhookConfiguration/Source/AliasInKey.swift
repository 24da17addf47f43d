/// Finds an alias that is, or is in, the key of a mapping.
///
/// Yams hashes each key with all that it stands for, so nine lines of aliases of aliases, used as a key, would
/// keep it busy for years. As values the same lines cost nothing until they are walked, and the walk is counted.
/// A line of text is enough to tell: a key without `?` is written on one line. It errs on the strict side, and
/// only for files that have aliases.
enum AliasInKey {
  /// The first line with such a key, counted from 1.
  static func line(in text: String) -> Int? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let hasAlias = lines.contains { $0.contains(alias) }
    guard hasAlias else { return nil }
    let index = lines.firstIndex { line in
      line.contains(explicitKey) || line.contains(aliasAsKey)
        || (line.contains(alias) && line.contains(collectionAsKey))
    }
    return index.map { $0 + 1 }
  }

  private static var alias: some RegexComponent { /(^|[\s\[\{,:?-])\*[A-Za-z0-9_-]/ }
  private static var aliasAsKey: some RegexComponent { /(^|[\s\[\{,:?-])\*[A-Za-z0-9_-]+\s*:(\s|$)/ }
  private static var collectionAsKey: some RegexComponent { /[\]\}]\s*:/ }
  private static var explicitKey: some RegexComponent { /^\s*(- +)*[\[\{,\s]*\?(\s|$)/ }
}
