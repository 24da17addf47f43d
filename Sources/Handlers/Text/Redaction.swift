/// Hides who a log line is about.
enum Redaction {
  /// This many digits in a row, with what people write between them, are taken for a phone number.
  private static let minPhoneDigits = 7
  /// A chat's id may be a bare number. With the lower number of digits it is long enough for a number with its
  /// country, and up to the upper one it may be one (E.164).
  private static let bareNumberDigits = 10...15
  private static let digitsShown = 2
  /// An encoded text may have been encoded again on its way.
  private static let maxDecodingRounds = 4

  /// A sender: of a phone number its last two digits, of an address its domain, of all else nothing.
  static func sender(_ sender: String) -> String {
    if let at = sender.lastIndex(of: "@") { return "***" + sender[at...] }
    let hidden = phoneNumbers(in: sender)
    return hidden == sender ? "***" : hidden
  }

  /// A chat's id: as it is where it is an id and nothing else; where it is made of its members' numbers or addresses, as
  /// in `SMS;-;+12025550147`, these are hidden.
  static func chat(_ chat: String) -> String {
    if isUUID(chat[...]) { return chat }
    if chat.allSatisfy(isDigit) {
      return bareNumberDigits.contains(chat.count) ? phoneNumbers(in: chat) : chat
    }
    return chat.split(separator: ";", omittingEmptySubsequences: false)
      .map { isUUID($0) || isGroup($0) ? String($0) : people(in: String($0)) }
      .joined(separator: ";")
  }

  /// The query that a request came with, read as its sender meant it where anything in it has to be hidden.
  static func source(_ source: String) -> String {
    let decoded = decoded(source)
    let hidden = people(in: decoded)
    return hidden == decoded ? source : hidden
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

  /// The text without phone numbers and addresses.
  private static func people(in text: String) -> String {
    var result = ""
    var word = ""
    for character in text {
      if "&=;,<>?:/\"' ".contains(character) {
        result += withoutAddress(word)
        word = ""
        result.append(character)
      } else {
        word.append(character)
      }
    }
    return phoneNumbers(in: result + withoutAddress(word))
  }

  private static func withoutAddress(_ word: String) -> String { word.contains("@") ? sender(word) : word }

  private static func hidden(_ run: [Character]) -> String {
    let digitCount = run.count(where: isDigit)
    guard digitCount >= minPhoneDigits else { return String(run) }
    var seen = 0
    return String(
      run.map { character in
        guard isDigit(character) else { return character }
        seen += 1
        return seen > digitCount - digitsShown ? character : "*"
      }
    )
  }

  private static func decoded(_ text: String) -> String {
    var text = text
    for _ in 0..<maxDecodingRounds where text.utf8.contains(UInt8(ascii: "%")) { text = decodedOnce(text) }
    return text
  }

  private static func decodedOnce(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = Character(UnicodeScalar(bytes[index + 1])).hexDigitValue,
        let low = Character(UnicodeScalar(bytes[index + 2])).hexDigitValue
      {
        result.append(UInt8(high * 16 + low))
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isDigit(_ character: Character) -> Bool { character.isWholeNumber }

  /// What stands between the digits of a number as people and programs write it; `+` is a blank in a query.
  private static func isSeparator(_ character: Character) -> Bool {
    " -.()/+_\t\u{A0}\u{202F}\u{2010}\u{2011}\u{2012}\u{2013}".contains(character)
  }

  private static func isUUID(_ text: Substring) -> Bool {
    text.count == 36
      && zip(text, "00000000-0000-0000-0000-000000000000").allSatisfy {
        $1 == "-" ? $0 == "-" : $0.isHexDigit
      }
  }

  /// A chat of several, `chat123456789012345678`: no number of anybody.
  private static func isGroup(_ text: Substring) -> Bool {
    text.hasPrefix("chat") && text.dropFirst(4).allSatisfy(isDigit)
  }
}
