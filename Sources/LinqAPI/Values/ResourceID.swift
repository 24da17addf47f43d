/// The id of a chat, message, reaction or subscription. Partner API V2 has whole numbers. A text of letters,
/// digits and hyphens is accepted too, since V2's events hold the same ids as texts.
public struct ResourceID: Sendable, Hashable, LosslessStringConvertible, Codable {
  /// The id as part of a path.
  public let description: String

  /// Takes 1 to 64 letters, digits and hyphens, so that an id can never lead to another path.
  public init?(_ description: String) {
    let isWellFormed = description.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "-") || (byte < 0x80 && Character(Unicode.Scalar(byte)).isLetterOrDigit)
    }
    guard (1...64).contains(description.utf8.count), isWellFormed else { return nil }
    self.description = description
  }

  /// Reads a JSON number or string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let number = try? container.decode(Int64.self)
    let text = try number.map(String.init) ?? container.decode(String.self)
    guard let id = ResourceID(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an id")
    }
    self = id
  }

  /// Writes a number where the id is one, else a string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let number = Int64(description) {
      try container.encode(number)
    } else {
      try container.encode(description)
    }
  }
}

extension Character {
  fileprivate var isLetterOrDigit: Bool { isLetter || isWholeNumber }
}
