/// Hides who a log line is about.
enum Redaction {
  /// So many digits in a row, with what people write between them, are taken for a phone number.
  private static let phoneDigitsMin = 7
  private static let digitsShown = 2

  /// A sender: of a phone number its last two digits, of an address its domain, of all else nothing.
  static func sender(_ sender: String) -> String {
    if let at = sender.lastIndex(of: "@") { return "***" + sender[at...] }
    let hidden = phoneNumbers(in: sender)
    return hidden == sender ? "***" : hidden
  }

  /// The text with every phone number in it reduced to its last two digits.
  static func phoneNumbers(in text: String) -> String {
    var result = ""
    var run: [Character] = []
    for character in text {
      if isDigit(character) || (!run.isEmpty && isSeparator(character)) {
        run.append(character)
      } else {
        result += hidden(run)
        run = []
        result.append(character)
      }
    }
    return result + hidden(run)
  }

  private static func hidden(_ run: [Character]) -> String {
    let digitCount = run.count(where: isDigit)
    guard digitCount >= phoneDigitsMin else { return String(run) }
    var seen = 0
    return String(
      run.map { character in
        guard isDigit(character) else { return character }
        seen += 1
        return seen > digitCount - digitsShown ? character : "*"
      }
    )
  }

  private static func isDigit(_ character: Character) -> Bool { character.isWholeNumber }

  private static func isSeparator(_ character: Character) -> Bool { " -.()/".contains(character) }
}
