// One method for each type of value. The texts of secret keys are read in `SecretReader`, which never quotes.
extension MappingReader {
  /// A single value, with or without quotes, as it stands.
  func text(_ key: String, form: String) -> String? {
    value(key).flatMap { text(key, $0, form: form) }
  }

  private func text(_ key: String, _ node: SourceNode, form: String) -> String? {
    guard case .scalar(let text, _) = node.content else {
      report(key, "must be \(form); \(node.kindInWords) stands here.", at: node.position)
      return nil
    }
    return text
  }

  /// A single value that `parse` understands.
  func parsed<Value>(
    _ key: String,
    form: String,
    _ parse: (String) throws(ValueProblem) -> Value
  ) -> Value? {
    text(key, form: form).flatMap { parsed(key, $0, parse) }
  }

  /// The same for a key whose value may be any text: `null` is one, too.
  func parsed<Value>(
    spelt key: String,
    form: String,
    _ parse: (String) throws(ValueProblem) -> Value
  ) -> Value? {
    spelt(key).flatMap { text(key, $0, form: form) }.flatMap { parsed(key, $0, parse) }
  }

  private func parsed<Value>(
    _ key: String,
    _ text: String,
    _ parse: (String) throws(ValueProblem) -> Value
  ) -> Value? {
    do {
      return try parse(text)
    } catch {
      report(key, error.text)
      return nil
    }
  }

  /// A duration inside `range`; `reason` tells why the range is as it is.
  func duration(_ key: String, in range: ClosedRange<Duration>, because reason: String? = nil) -> Duration? {
    guard let duration = parsed(key, form: DurationText.form, DurationText.parse) else { return nil }
    return checked(key, duration, in: range, because: reason, DurationText.format)
  }

  /// A size in bytes inside `range`.
  func size(_ key: String, in range: ClosedRange<Int>, because reason: String? = nil) -> Int? {
    guard let bytes = parsed(key, form: SizeText.form, SizeText.parse) else { return nil }
    return checked(key, bytes, in: range, because: reason, SizeText.format)
  }

  /// A whole number inside `range`.
  func integer(_ key: String, in range: ClosedRange<Int>, because reason: String? = nil) -> Int? {
    guard let text = plain(key, form: "a whole number") else { return nil }
    guard let number = Int(text), !text.hasPrefix("+") else {
      report(key, "must be a whole number, not \(Quoted.text(text)).")
      return nil
    }
    return checked(key, number, in: range, because: reason) { "\($0)" }
  }

  /// A number inside `range`.
  func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
    guard let text = plain(key, form: "a number") else { return nil }
    guard let number = DecimalText.parse(text) else {
      report(key, "must be a number, as in 2 or 0.5, not \(Quoted.text(text)).")
      return nil
    }
    return checked(key, number, in: range, because: nil, DecimalText.format)
  }

  /// `true` or `false`, and nothing else that YAML has taken for them over the years.
  func boolean(_ key: String) -> Bool? {
    guard let text = plain(key, form: "true or false") else { return nil }
    switch text {
    case "true": return true
    case "false": return false
    default:
      report(key, "must be true or false, not \(Quoted.text(text)).")
      return nil
    }
  }

  /// One of the names of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable & Sendable>(_ key: String, _: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    parsed(key, form: Choices<Choice>.form, Choices<Choice>.parse)
  }

  /// A path, made absolute.
  func path(_ key: String) -> String? {
    parsed(key, form: "a path") { text throws(ValueProblem) in
      try PathText.resolve(text, relativeTo: context.folder)
    }
  }

  /// A list of single values with their places.
  func texts(_ key: String, form: String) -> [(text: String, position: SourcePosition)]? {
    list(key, form: form)?.compactMap { node in
      guard case .scalar(let text, _) = node.content, node.isSpelt else {
        report(
          key,
          "must be a list of single values, as in \(form); \(node.kindInWords) stands in it.",
          at: node.position
        )
        return nil
      }
      return (text, node.position)
    }
  }

  /// A list of single values; `nil` also when there is one that `parse` does not understand.
  func parsedTexts<Value>(
    _ key: String,
    form: String,
    _ parse: (String) throws(ValueProblem) -> Value
  ) -> [Value]? {
    guard let texts = texts(key, form: form) else { return nil }
    var values: [Value] = []
    var isGood = true
    for (text, position) in texts {
      do throws(ValueProblem) {
        values.append(try parse(text))
      } catch {
        report(key, error.text, at: position)
        isGood = false
      }
    }
    return isGood ? values : nil
  }

  // MARK: Helpers

  /// A single value without quotes.
  private func plain(_ key: String, form: String) -> String? {
    guard let text = text(key, form: form) else { return nil }
    if case .scalar(_, isPlain: false)? = entry(key)?.value.content {
      report(key, "must be \(form), without quotes.")
      return nil
    }
    return text
  }

  private func checked<Value: Comparable>(
    _ key: String,
    _ value: Value,
    in range: ClosedRange<Value>,
    because reason: String?,
    _ format: (Value) -> String
  ) -> Value? {
    guard !range.contains(value) else { return value }
    let ending = reason.map { ": \($0)." } ?? "."
    report(
      key,
      "must be between \(format(range.lowerBound)) and \(format(range.upperBound)), not \(format(value))\(ending)"
    )
    return nil
  }
}

/// The names of an enumeration, for sentences.
enum Choices<Choice: RawRepresentable & CaseIterable & Sendable> where Choice.RawValue == String {
  static var form: String { oneOf(Choice.allCases.map(\.rawValue)) }

  static func parse(_ text: String) throws(ValueProblem) -> Choice {
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let hint = NearestName.find(text, in: names).map { " Did you mean `\($0)`?" } ?? ""
    throw ValueProblem("must be \(form), not \(Quoted.text(text)).\(hint)")
  }
}

/// `a`, `a or b`, `one of a, b or c`.
func oneOf(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.first ?? "" }
  let others = names.dropLast().joined(separator: ", ")
  return names.count == 2 ? "\(others) or \(last)" : "one of \(others) or \(last)"
}
