internal import LinqhookAuthentication

/// Hexadecimal digits (RFC 4648, section 8).
package enum Hexadecimal {
  /// What one digit stands for, of either case; nil for anything else.
  static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The lower-case digit of a value from 0 to 15.
  package static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// Lower-case digits, two a byte.
  static func text(of bytes: Span<UInt8>) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(bytes.count * 2)
    for index in bytes.indices {
      digits.append(digit(bytes[index] >> 4))
      digits.append(digit(bytes[index] & 0xF))
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// Exactly 64 digits and nothing else. Linq sends lower case; upper case is taken too, since some senders
  /// and proxies write it and both spell the same 32 bytes.
  static func authenticationCode(from digits: Span<UInt8>) -> AuthenticationCode? {
    guard digits.count == AuthenticationCode.byteCount * 2 else { return nil }
    var bytes = InlineArray<32, UInt8>(repeating: 0)
    for index in bytes.indices {
      guard let high = value(of: digits[2 * index]), let low = value(of: digits[2 * index + 1]) else {
        return nil
      }
      bytes[index] = high << 4 | low
    }
    return AuthenticationCode(bytes: bytes)
  }
}
