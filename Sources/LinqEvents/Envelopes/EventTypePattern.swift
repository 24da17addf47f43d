/// A glob over event types, such as `message.*`: `*` stands for any run of characters, dots included, and
/// `?` for one.
public struct EventTypePattern: Sendable, Hashable, CustomStringConvertible {
  /// The pattern as it was written.
  public let description: String

  private let pattern: [UInt8]

  /// Takes any text; without `*` and `?` it matches itself only.
  public init(_ text: String) {
    description = text
    pattern = Array(text.utf8)
  }

  /// Whether the whole of `eventType` fits. Takes at most as many steps as the product of both lengths.
  public func matches(_ eventType: String) -> Bool {
    matches(eventType.utf8.span)
  }

  /// On a mismatch the last star takes one byte more and the rest is tried again from there.
  private func matches(_ text: Span<UInt8>) -> Bool {
    var (position, index) = (0, 0)
    var lastStar: (index: Int, position: Int)?
    while position < text.count {
      if index < pattern.count, pattern[index] == UInt8(ascii: "*") {
        lastStar = (index, position)
        index += 1
      } else if index < pattern.count, pattern[index] == UInt8(ascii: "?") {
        position = Self.endOfCharacter(at: position, in: text)
        index += 1
      } else if index < pattern.count, pattern[index] == text[position] {
        position += 1
        index += 1
      } else if let star = lastStar {
        lastStar = (star.index, star.position + 1)
        (position, index) = (star.position + 1, star.index + 1)
      } else {
        return false
      }
    }
    return pattern[index...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  private static func endOfCharacter(at position: Int, in text: Span<UInt8>) -> Int {
    var end = position + 1
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }
}
