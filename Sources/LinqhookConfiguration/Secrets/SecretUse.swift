/// What a secret is for, which decides what it may look like.
enum SecretUse {
  /// Signs or verifies webhooks.
  case signing
  /// Opens the admin address.
  case token
  /// Opens Linq's API.
  case apiToken
  /// The value of a header that is sent: it may be no secret at all.
  case header

  /// The shortest key that nobody guesses; 128 bits.
  static let minKeyBytes = 16

  /// Whether the key that a text gives is too short to be safe.
  func isWeak(_ text: String) -> Bool {
    switch self {
    case .header, .apiToken: false
    case .token: text.utf8.count < Self.minKeyBytes
    case .signing: Self.keyBytes(of: text) < Self.minKeyBytes
    }
  }

  /// How many bytes the shortest key has that a signing secret is read as: behind `whsec_` what the rest decodes
  /// to, without it the text's own. (Text without the prefix may be read as base64, too, but then each of its
  /// characters has to be guessed all the same.)
  private static func keyBytes(of text: String) -> Int {
    guard let rest = text.dropping(prefix: "whsec_") else { return text.utf8.count }
    let digits = rest.utf8.reversed().drop { $0 == UInt8(ascii: "=") }
    let isBase64 = digits.allSatisfy { byte in
      let character = Character(Unicode.Scalar(byte))
      return character.isLetter || character.isNumber || "+/-_".contains(character)
    }
    return isBase64 && digits.count % 4 != 1 ? digits.count * 6 / 8 : rest.utf8.count
  }
}
