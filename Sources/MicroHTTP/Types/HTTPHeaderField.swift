/// One header field, of a request or of a response.
public struct HTTPHeaderField: Sendable, Hashable, CustomStringConvertible {
  /// The name as it was written; names compare without regard to case (RFC 9110, section 5.1).
  public var name: String
  /// The value; leading blanks are gone, trailing ones are kept as they were sent.
  public var value: String

  /// Makes a field of a name and a value.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// The field as it is in a message: `Name: value`.
  public var description: String { "\(name): \(value)" }
}

extension StringProtocol {
  /// Whether both texts are equal when ASCII letters are taken without their case.
  func equalsIgnoringASCIICase(_ other: some StringProtocol) -> Bool {
    utf8.elementsEqual(other.utf8) { $0.lowercasedASCII == $1.lowercasedASCII }
  }
}

extension UInt8 {
  /// The byte, with A to Z turned into a to z.
  var lowercasedASCII: UInt8 { (0x41...0x5a).contains(self) ? self | 0x20 : self }
}
