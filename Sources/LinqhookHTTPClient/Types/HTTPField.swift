/// One header line of a request or of an answer (RFC 9110, section 5).
public struct HTTPField: Sendable, Equatable {
  /// The name, in any case.
  public var name: String
  /// The value, without blanks around it.
  public var value: String

  /// The header line `name: value`.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension HTTPField: CustomStringConvertible {
  /// The name alone: values carry tokens and signatures, and what is printed ends in logs.
  public var description: String { "\(name): (hidden)" }
}
