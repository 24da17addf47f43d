import Yams

/// Composes a document although a key is in it twice, so that both lines can be told.
///
/// Yams refuses such a document with the place of one of the two and builds nothing. Here that one is given a
/// mark, a character of the private use area before its first letter, and the document is composed again; now
/// the keys differ. `original` takes the mark off, and a reader of the mapping sees both entries and the
/// problem's two lines, and goes on to find other problems. Where this does not help (a key that is an alias),
/// what Yams said stands.
enum RepeatedKeys {
  private static let mark: Character = "\u{E000}"
  private static let maxRepairs = 32

  static func compose(_ text: String) -> Result<Node?, YAMLSyntaxProblem> {
    var repaired = text
    for _ in 0..<maxRepairs {
      do {
        // The encoding is named because the default asks an environment variable and prints to stdout.
        return .success(try Parser(yaml: repaired, encoding: .utf8).singleRoot())
      } catch YamlError.duplicatedKeysInMapping(_, let context) {
        guard let next = marking(repaired, at: SourcePosition(context.mark)) else {
          return .failure(.repeatedKey(at: SourcePosition(context.mark)))
        }
        repaired = next
      } catch let error as YamlError {
        return .failure(YAMLSyntaxProblem(error, in: text))
      } catch {
        return .failure(YAMLSyntaxProblem(position: .start, message: "the file cannot be read as YAML."))
      }
    }
    return .failure(YAMLSyntaxProblem(position: .start, message: "too many keys are in this file twice."))
  }

  /// A key without the mark.
  static func original(_ key: String) -> String {
    String(key.drop { $0 == mark })
  }

  /// The text with the mark set at `position`, inside the quotes if the key has some.
  private static func marking(_ text: String, at position: SourcePosition) -> String? {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    guard lines.indices.contains(position.line - 1) else { return nil }
    var scalars = lines[position.line - 1].unicodeScalars
    guard
      var index = scalars.index(
        scalars.startIndex,
        offsetBy: position.column - 1,
        limitedBy: scalars.endIndex
      ),
      index < scalars.endIndex, !["*", "&", "!", "[", "{"].contains(scalars[index])
    else { return nil }
    if scalars[index] == "\"" || scalars[index] == "'" { index = scalars.index(after: index) }
    scalars.insert(contentsOf: String(mark).unicodeScalars, at: index)
    lines[position.line - 1] = String(scalars)
    return lines.joined(separator: "\n")
  }
}
