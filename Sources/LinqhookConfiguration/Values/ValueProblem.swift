internal import ShownText

/// Why a text is not a value of some type.
///
/// The sentence goes on after the name of the key, variable or flag: "must be …, not …". It never holds a
/// secret.
struct ValueProblem: Error, Equatable {
  var text: String

  init(_ text: String) {
    self.text = text
  }
}

/// Shows a value of the file inside a sentence.
enum Quoted {
  /// The longest text that is shown whole, in characters.
  static let maxLength = 60

  /// The text between backticks, shortened and on one line. What looks like a signing secret in the wrong
  /// place is not shown: it is easily pasted one line too far up.
  static func text(_ text: String) -> String {
    guard !looksLikeSecret(text) else { return "`***`" }
    var shown = Shown.line(text.prefix(maxLength))
    if text.count > maxLength { shown += "…" }
    return "`\(shown)`"
  }

  /// Whether a text holds the prefix of Linq's secrets.
  static func looksLikeSecret(_ text: String) -> Bool {
    text.contains("whsec_")
  }
}

extension Character {
  /// A control character (C0, DEL, C1) or a line break of any kind.
  var isControl: Bool {
    isNewline || unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}
