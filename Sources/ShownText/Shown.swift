/// Text of strangers on its way to a person: to a terminal, a log, a page of health.
///
/// There is one rule, and it is here. What steers a terminal, turns the direction of writing, ends a line or cannot be
/// seen at all is shown as `\u{9B}`, by its number; all that people can read stays as it is, right-to-left letters and
/// joined emoji among it. Bytes that are meant for programs do not come here.
public enum Shown {
  /// The text on one line: line feeds and tabs are escaped too.
  public static func line(_ text: some StringProtocol) -> String {
    escaping(text) { "\\u{\(String($0.value, radix: 16, uppercase: true))}" }
  }

  /// Bytes as text on one line. What is no UTF-8 shows as U+FFFD.
  public static func line(_ bytes: some Collection<UInt8>) -> String {
    line(String(decoding: bytes, as: UTF8.self))
  }

  /// The words of a program or a server in a sentence: on one line, without the line feed that ends them and other blanks
  /// around them.
  public static func words(_ text: some StringProtocol) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return line(text[first...last])
  }

  /// Bytes as the words of a program or a server. What is no UTF-8 shows as U+FFFD.
  public static func words(_ bytes: some Collection<UInt8>) -> String {
    words(String(decoding: bytes, as: UTF8.self))
  }

  /// The text with the lines that it has: line feeds and tabs stay.
  public static func lines(_ text: some StringProtocol) -> String {
    escaping(text) { scalar in
      scalar == "\n" || scalar == "\t"
        ? String(scalar) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }
  }

  /// The text with whatever must not be shown as it is in another spelling.
  ///
  /// - Parameter spelling: gives what is in its place.
  public static func escaping(
    _ text: some StringProtocol,
    as spelling: (Unicode.Scalar) -> String
  ) -> String {
    guard !isPlain(text) else { return String(text) }
    var reader = ShownScalars()
    var result = ""
    for scalar in text.unicodeScalars {
      if reader.shows(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += spelling(scalar)
      }
    }
    return result
  }

  /// Whether the text would be shown as it is, on one line.
  public static func isSafe(_ text: some StringProtocol) -> Bool {
    var reader = ShownScalars()
    return isPlain(text) || text.unicodeScalars.allSatisfy { reader.shows($0) }
  }

  /// Visible ASCII and blanks, as nearly every text is.
  private static func isPlain(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
  }
}
