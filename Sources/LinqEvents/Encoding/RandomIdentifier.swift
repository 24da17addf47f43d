public import LinqhookAuthentication

/// Fresh ids.
public enum RandomIdentifier {
  /// A random UUID (RFC 9562, version 4) in lower case, as Linq's event ids are.
  public static func uuid() throws(AuthenticationError) -> String {
    var bytes = try SecureRandom.bytes(count: 16)
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Hexadecimal.text(of: bytes.span)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    return text
  }
}
