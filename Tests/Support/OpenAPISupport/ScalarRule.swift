import LinqEvents

/// The keywords for texts and numbers. Each leaves values of other types alone, as JSON Schema has it.
enum ScalarRule {
  static func violations(
    of value: JSONValue,
    _ keyword: String,
    _ rule: JSONValue,
    _ place: String
  ) -> [String] {
    switch value {
    case .scalar(.string(let text)): violations(ofText: text, keyword, rule, place)
    case .scalar(.number(let text)): violations(ofNumber: Double(text), keyword, rule, place)
    default: []
    }
  }

  private static func violations(
    ofText text: String,
    _ keyword: String,
    _ rule: JSONValue,
    _ place: String
  ) -> [String] {
    switch keyword {
    case "minLength": text.unicodeScalars.count >= rule.integer ?? 0 ? [] : ["\(place): is too short"]
    case "maxLength": text.unicodeScalars.count <= rule.integer ?? 0 ? [] : ["\(place): is too long"]
    case "pattern": matches(text, rule.string) ? [] : ["\(place): does not match \(rule.text)"]
    case "format": formatViolations(text, rule.string ?? "", place)
    default: []
    }
  }

  private static func violations(
    ofNumber number: Double?,
    _ keyword: String,
    _ rule: JSONValue,
    _ place: String
  ) -> [String] {
    guard let number, let limit = rule.integer.map(Double.init) else { return [] }
    switch keyword {
    case "minimum": return number >= limit ? [] : ["\(place): is under \(rule.text)"]
    case "maximum": return number <= limit ? [] : ["\(place): is over \(rule.text)"]
    default: return []
    }
  }

  private static func matches(_ text: String, _ pattern: String?) -> Bool {
    guard let pattern, let expression = try? Regex(pattern) else { return false }
    return text.firstMatch(of: expression) != nil
  }

  private static func formatViolations(_ text: String, _ format: String, _ place: String) -> [String] {
    let isGood: Bool
    switch format {
    case "uuid": isGood = matches(text, "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
    case "date-time": isGood = text.contains("T") && RFC3339.milliseconds(text) != nil
    case "uri": isGood = matches(text, "^[a-z][a-z0-9+.-]*:[^ ]+$")
    default: return ["\(place): the check does not know the format \(format)"]
    }
    return isGood ? [] : ["\(place): is no \(format)"]
  }
}
