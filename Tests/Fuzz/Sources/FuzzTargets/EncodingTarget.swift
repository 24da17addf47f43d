import LinqhookAuthentication

@testable import LinqEvents

/// Base64 and hexadecimal digits, as signatures and keys are spelled.
struct EncodingTarget: FuzzTarget {
  func run(_ input: [UInt8]) {
    if let code = Base64.authenticationCode(from: input.span) {
      claim(
        Base64.text(of: code.bytes.span).utf8.elementsEqual(input),
        "A signature has two spellings in base64."
      )
    }
    if let code = Hexadecimal.authenticationCode(from: input.span) {
      let lowerCase = String(decoding: input, as: UTF8.self).lowercased()
      claim(Hexadecimal.text(of: code.bytes.span) == lowerCase, "The digits say something else.")
    }
    if let secret = Base64.secret(from: input.span) {
      claim(secret.byteCount * 4 <= input.count * 3, "A key has more bytes than its text can say.")
    }
    guard let code = AuthenticationCode(input.span) else { return }
    let (digits, text) = (Hexadecimal.text(of: input.span), Base64.text(of: input.span))
    let isReadBack =
      Hexadecimal.authenticationCode(from: digits.utf8.span)?.isEqual(to: code) == true
      && Base64.authenticationCode(from: text.utf8.span)?.isEqual(to: code) == true
    claim(isReadBack, "What was spelled is not read back.")
  }
}
