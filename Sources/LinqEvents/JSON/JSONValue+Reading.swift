// Taking a tree apart and putting one together from values at hand.

extension JSONValue {
  /// The first member of that name; nil when there is none or this is no object.
  public subscript(member name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The text of a string; nil for everything else.
  public var string: String? {
    guard case .scalar(.string(let text)) = self else { return nil }
    return text
  }

  /// A whole number; nil for everything else.
  public var integer: Int64? {
    guard case .scalar(.number(let text)) = self else { return nil }
    return Int64(text)
  }

  /// The elements of an array; nil for everything else.
  public var elements: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }
}

extension JSONValue {
  /// What is at the end of a way, as `JSONPath` has them; nil where it leads nowhere. No segments lead to the value
  /// itself.
  public func value(at segments: some Sequence<String>) -> JSONValue? {
    segments.reduce(Optional(self)) { value, segment in
      switch value {
      case .object: value?[member: segment]
      case .array(let elements): elements.indices.first { String($0) == segment }.map { elements[$0] }
      case .scalar, nil: nil
      }
    }
  }
}

extension JSONPath.Finding {
  /// What a value of a tree is.
  public init(_ value: JSONValue) {
    if case .scalar(let scalar) = value { self = .scalar(scalar) } else { self = .container }
  }
}

extension JSONValue {
  /// A string.
  public init(_ text: String) { self = .scalar(.string(text)) }

  /// A whole number.
  public init(_ number: some BinaryInteger) { self = .scalar(.number(String(number))) }

  /// An object of the members that have a value, in the order of the literal.
  public init(presentMembers members: KeyValuePairs<String, JSONValue?>) {
    self = .object(members.compactMap { name, value in value.map { Member(name, $0) } })
  }
}
