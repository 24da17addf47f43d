import LinqEvents

/// Reads the members of a V3 request, with V3's errors.
struct V3Fields {
  let json: JSONValue

  init(_ body: [UInt8]) throws(V3Rejection) {
    do throws(JSONError) { json = try JSONValue(parsing: body.span) } catch {
      throw .badBody("The body is not JSON: \(error)")
    }
    guard case .object = json else { throw .badBody("The body must be a JSON object.") }
  }

  init(_ json: JSONValue) { self.json = json }

  func text(_ name: String) throws(V3Rejection) -> String {
    guard let value = json[name] else { throw .missing(name) }
    guard let text = value.asText else { throw .badValue("\(name) must be a string.") }
    return text
  }

  func optionalText(_ name: String) throws(V3Rejection) -> String? {
    json[name] == nil ? nil : try text(name)
  }

  func flag(_ name: String) throws(V3Rejection) -> Bool? {
    guard let value = json[name] else { return nil }
    guard case .scalar(.bool(let flag)) = value else { throw .badValue("\(name) must be true or false.") }
    return flag
  }

  func count(_ name: String) throws(V3Rejection) -> Int? {
    guard let value = json[name] else { return nil }
    guard case .scalar(.number(let text)) = value, let number = Int(text), number >= 0 else {
      throw .badValue("\(name) must be a whole number, 0 or more.")
    }
    return number
  }

  func texts(_ name: String) throws(V3Rejection) -> [String] {
    guard let value = json[name] else { throw .missing(name) }
    guard let list = value.asList, !list.contains(where: { $0.asText == nil }) else {
      throw .badValue("\(name) must be a list of strings.")
    }
    return list.compactMap(\.asText)
  }

  func number(_ name: String) throws(V3Rejection) -> String {
    let text = try text(name)
    guard V3Handle.isE164(text) else { throw .badNumber(name) }
    return text
  }

  /// Numbers in E.164 form; empty when the member is missing or null.
  func numbers(_ name: String) throws(V3Rejection) -> [String] {
    guard json[name] != nil else { return [] }
    let texts = try texts(name)
    guard texts.allSatisfy(V3Handle.isE164) else { throw .badNumber(name) }
    return texts
  }

  /// Whether the member is there, be it null.
  func has(_ name: String) -> Bool { json[member: name] != nil }
}

/// The addresses of people.
enum V3Handle {
  static func isE164(_ text: String) -> Bool {
    let digits = text.utf8.dropFirst()
    return text.utf8.first == UInt8(ascii: "+") && (2...15).contains(digits.count)
      && digits.first != UInt8(ascii: "0")
      && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  static func isEmail(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".")
      && !text.contains(where: \.isWhitespace)
  }
}
