import LinqEvents

/// Checks values against the schemas of a description: those keywords of JSON Schema 2020-12 that ours uses. A keyword
/// that it does not know is a violation, so that no rule is passed over.
struct SchemaCheck {
  let document: JSONValue

  /// What is wrong, each with its place, such as `body.message.parts.0`; empty where the value fits.
  func violations(of value: JSONValue, by schema: JSONValue, at place: String) -> [String] {
    guard case .object(let keywords) = schema else { return ["\(place): its schema is no object"] }
    return keywords.flatMap { violations(of: value, by: $0.name, $0.value, in: schema, at: place) }
  }

  /// What a reference leads to; the value itself where it is none.
  func resolved(_ value: JSONValue) -> JSONValue {
    guard let reference = value[member: "$ref"]?.string else { return value }
    return document.value(at: reference.split(separator: "/").dropFirst().map(String.init)) ?? .null
  }

  private func violations(
    of value: JSONValue,
    by keyword: String,
    _ rule: JSONValue,
    in schema: JSONValue,
    at place: String
  ) -> [String] {
    switch keyword {
    case "$ref": violations(of: value, by: resolved(schema), at: place)
    case "type": TypeRule.violation(of: value, rule, place)
    case "const": value == rule ? [] : ["\(place): is not \(rule.text)"]
    case "enum": rule.elements?.contains(value) == true ? [] : ["\(place): is none of \(rule.text)"]
    case "oneOf", "allOf", "not", "if", "then": combined(value, keyword, rule, schema, place)
    case "minLength", "maxLength", "minimum", "maximum", "pattern", "format":
      ScalarRule.violations(of: value, keyword, rule, place)
    case "items", "contains", "minItems", "maxItems": ofArray(value, keyword, rule, place)
    case "properties", "required", "additionalProperties", "dependentRequired":
      ofObject(value, keyword, rule, schema, place)
    default: ["\(place): the check does not know the keyword \(keyword)"]
    }
  }

  private func fits(_ value: JSONValue, _ schema: JSONValue) -> Bool {
    violations(of: value, by: schema, at: "").isEmpty
  }

  private func combined(
    _ value: JSONValue,
    _ keyword: String,
    _ rule: JSONValue,
    _ schema: JSONValue,
    _ place: String
  ) -> [String] {
    let alternatives = rule.elements ?? []
    switch keyword {
    case "allOf": return alternatives.flatMap { violations(of: value, by: $0, at: place) }
    case "not": return fits(value, rule) ? ["\(place): is what it may not be"] : []
    case "if":
      guard fits(value, rule), let consequence = schema[member: "then"] else { return [] }
      return violations(of: value, by: consequence, at: place)
    case "oneOf":
      let count = alternatives.count { fits(value, $0) }
      guard count != 1 else { return [] }
      let reasons = alternatives.flatMap { violations(of: value, by: $0, at: place) }
      return ["\(place): fits \(count) of the alternatives (\(reasons.joined(separator: "; ")))"]
    default: return []
    }
  }

  private func ofArray(
    _ value: JSONValue,
    _ keyword: String,
    _ rule: JSONValue,
    _ place: String
  ) -> [String] {
    guard let elements = value.elements else { return [] }
    switch keyword {
    case "items":
      return elements.enumerated().flatMap { violations(of: $1, by: rule, at: "\(place).\($0)") }
    case "contains": return elements.contains { fits($0, rule) } ? [] : ["\(place): lacks an element"]
    case "minItems": return elements.count >= rule.integer ?? 0 ? [] : ["\(place): has too few elements"]
    default: return elements.count <= rule.integer ?? 0 ? [] : ["\(place): has too many elements"]
    }
  }

  private func ofObject(
    _ value: JSONValue,
    _ keyword: String,
    _ rule: JSONValue,
    _ schema: JSONValue,
    _ place: String
  ) -> [String] {
    guard case .object(let members) = value else { return [] }
    switch keyword {
    case "properties":
      return members.flatMap { member in
        rule[member: member.name]
          .map { violations(of: member.value, by: $0, at: "\(place).\(member.name)") } ?? []
      }
    case "additionalProperties":
      return members.filter { schema[member: "properties"]?[member: $0.name] == nil }.flatMap { member in
        rule == false
          ? ["\(place).\(member.name): is not in the description"]
          : violations(of: member.value, by: rule, at: "\(place).\(member.name)")
      }
    case "required": return missing(rule, of: value, place)
    default:
      return members.flatMap { member in
        rule[member: member.name].map { missing($0, of: value, place) } ?? []
      }
    }
  }

  private func missing(_ names: JSONValue, of value: JSONValue, _ place: String) -> [String] {
    (names.elements ?? []).compactMap(\.string).filter { value[member: $0] == nil }
      .map { "\(place).\($0): is missing" }
  }
}

/// The keyword `type`.
private enum TypeRule {
  static func violation(of value: JSONValue, _ rule: JSONValue, _ place: String) -> [String] {
    let types = (rule.elements ?? [rule]).compactMap(\.string)
    return types.contains { matches(value, $0) }
      ? [] : ["\(place): is no \(types.joined(separator: " or "))"]
  }

  private static func matches(_ value: JSONValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("string", .scalar(.string)), ("boolean", .scalar(.bool)),
      ("null", .scalar(.null)), ("number", .scalar(.number)):
      true
    case ("integer", .scalar(.number(let text))): Int64(text) != nil
    default: false
    }
  }
}

extension JSONValue {
  /// The value as one line, for sentences.
  var text: String { String(decoding: compactBytes, as: UTF8.self) }
}
