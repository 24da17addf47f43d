/// A header value with parameters (RFC 9110, section 5.6.6), such as `form-data; name="file";
/// filename="a.png"`. A backslash inside quotes keeps the next character; of parameters with the same name
/// the first counts.
struct HeaderParameters {
  /// The text before the first semicolon, in lower case.
  let value: String

  private var parameters: [String: String] = [:]

  init(parsing text: String) {
    var rest = text[...]
    value = rest.takeUntilSemicolon().trimmingBlanks().lowercased()
    while !rest.isEmpty {
      rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
      let name = rest.prefix { $0 != "=" && $0 != ";" }
      rest = rest.dropFirst(name.count)
      guard rest.first == "=" else { continue }
      rest = rest.dropFirst()
      let parameter =
        rest.first == "\"" ? rest.takeQuoted() : rest.takeUntilSemicolon().trimmingBlanks()
      _ = rest.takeUntilSemicolon()
      let key = name.trimmingBlanks().lowercased()
      if parameters[key] == nil { parameters[key] = parameter }
    }
  }

  subscript(name: String) -> String? { parameters[name] }
}

extension Substring {
  fileprivate mutating func takeUntilSemicolon() -> Substring {
    let end = firstIndex(of: ";") ?? endIndex
    defer { self = self[end...] }
    return self[..<end]
  }

  /// Takes the text from the opening quote to the closing one.
  fileprivate mutating func takeQuoted() -> String {
    var text = ""
    var isEscaped = false
    var index = self.index(after: startIndex)
    while index < endIndex {
      let character = self[index]
      index = self.index(after: index)
      if isEscaped {
        text.append(character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        break
      } else {
        text.append(character)
      }
    }
    self = self[index...]
    return text
  }
}
