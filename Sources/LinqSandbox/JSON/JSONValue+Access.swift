import LinqEvents

// The access to a JSON tree that reading requests and writing answers needs.

extension JSONValue {
  static func text(_ text: String) -> JSONValue { .scalar(.string(text)) }
  static func number(_ number: Int) -> JSONValue { .scalar(.number(String(number))) }
  static func flag(_ flag: Bool) -> JSONValue { .scalar(.bool(flag)) }

  /// The first member of that name; nil when there is none, when it is `null`, or when this is not an object.
  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self,
      let value = members.first(where: { $0.name == name })?.value, value != .null
    else { return nil }
    return value
  }

  var asText: String? {
    if case .scalar(.string(let text)) = self { text } else { nil }
  }

  /// A whole number, also in the text of a form.
  var asNumber: Int? {
    switch self {
    case .scalar(.number(let text)), .scalar(.string(let text)): Int(text)
    default: nil
    }
  }

  /// `true` or `false`, also in the text of a form.
  var asFlag: Bool? {
    switch self {
    case .scalar(.bool(let flag)): flag
    case .scalar(.string("true")): true
    case .scalar(.string("false")): false
    default: nil
    }
  }

  var asList: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }
}
