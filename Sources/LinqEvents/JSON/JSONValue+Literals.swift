// So that a sample reads like the JSON it becomes.

extension JSONValue: ExpressibleByDictionaryLiteral {
  /// An object whose members are in the order of the literal.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}

extension JSONValue: ExpressibleByArrayLiteral {
  /// An array.
  public init(arrayLiteral elements: JSONValue...) {
    self = .array(elements)
  }
}

extension JSONValue: ExpressibleByStringInterpolation {
  /// A string.
  public init(stringLiteral value: String) {
    self = .scalar(.string(value))
  }
}

extension JSONValue: ExpressibleByIntegerLiteral {
  /// A whole number.
  public init(integerLiteral value: Int) {
    self = .scalar(.number(String(value)))
  }
}

extension JSONValue: ExpressibleByBooleanLiteral {
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) {
    self = .scalar(.bool(value))
  }
}

extension JSONValue {
  /// `null`. Not spelt `nil`, which would hide the difference from a value that is missing.
  public static var null: JSONValue { .scalar(.null) }
}
