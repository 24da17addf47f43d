/// What others wrote and a terminal is to show: an event's type, an error's text, a header.
enum PrintableText {
  /// The text on one line, with blanks for control characters: an escape sequence must not reach a terminal.
  static func line(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
    return String(String.UnicodeScalarView(scalars))
  }
}
