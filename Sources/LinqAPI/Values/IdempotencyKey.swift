import LinqEvents

/// Identifies one send, so that Linq carries out repeated requests once: letters, digits, `-` and `_`.
public struct IdempotencyKey: Sendable, Hashable, CustomStringConvertible {
  /// The key in the form in which it is sent.
  public let description: String

  /// Takes a key of 1 to 255 letters, digits, `-` and `_`.
  public init(parsing text: String) throws(LinqAPIError) {
    guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy(\.isKeyByte) else {
      throw LinqAPIError(
        .invalidInput,
        "\(text.debugDescription) is not an idempotency key. Use 1 to 255 letters, digits, - and _."
      )
    }
    description = text
  }

  /// Makes a new random key.
  public static func random() throws(LinqAPIError) -> IdempotencyKey {
    do {
      return IdempotencyKey(known: try RandomIdentifier.uuid())
    } catch {
      throw LinqAPIError(.fault, "No idempotency key could be made: \(error)")
    }
  }

  private init(known text: String) {
    description = text
  }
}

extension UInt8 {
  fileprivate var isKeyByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
