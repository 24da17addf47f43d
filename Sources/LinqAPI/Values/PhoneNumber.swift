/// A phone number in the form of Linq's quick-start guide, checked before anything is sent.
///
/// Accepted are a plus sign with the whole international number (`+15551234567`; E.164, at most 15 digits)
/// and the ten digits of a number in the North American plan (`5551234567`), for which +1 is assumed.
/// Hyphens, spaces and brackets are refused, because Linq refuses them.
public struct PhoneNumber: Sendable, Hashable, CustomStringConvertible {
  /// The number with its plus sign and country code: `+15551234567`.
  public let description: String

  /// Reads a number.
  public init(parsing text: String) throws(PhoneNumberError) {
    let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard digits.utf8.allSatisfy(\.isDigit) else { throw PhoneNumberError(text) }
    if text.hasPrefix("+") {
      guard (7...15).contains(digits.utf8.count), !digits.hasPrefix("0") else { throw PhoneNumberError(text) }
      description = text
    } else {
      // An area code of the North American plan begins with 2 to 9: `0301234567` is from another country, and
      // with +1 the message would reach the wrong person.
      guard digits.utf8.count == 10, let first = digits.utf8.first, first >= UInt8(ascii: "2") else {
        throw PhoneNumberError(text)
      }
      description = "+1\(digits)"
    }
  }
}

/// The reason why a text is not a phone number, with the right form.
public struct PhoneNumberError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The text that is not a phone number.
  public let text: String

  init(_ text: String) {
    self.text = text
  }

  /// The right form, with the given digits if they make a number.
  public var description: String {
    let advice =
      suggestion.map { "Write it as \($0)" }
      ?? "Write a plus sign, the country code and the number, for example +15551234567"
    return "\(text.debugDescription) is not a phone number that Linq accepts. \(advice): digits only, with "
      + "no spaces, hyphens or brackets."
  }

  private var suggestion: String? {
    let digits = String(decoding: text.utf8.filter(\.isDigit), as: UTF8.self)
    let isInternational = text.drop { $0 == " " }.hasPrefix("+")
    if isInternational { return (try? PhoneNumber(parsing: "+\(digits)"))?.description }
    if digits.utf8.count == 11, digits.hasPrefix("1") {
      return (try? PhoneNumber(parsing: String(digits.dropFirst())))?.description
    }
    return (try? PhoneNumber(parsing: digits))?.description
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
