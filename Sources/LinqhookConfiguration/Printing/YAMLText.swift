internal import ShownText

/// YAML to be written: a small tree whose text is the same each time and reads back as the same values.
///
/// Written by hand, because Yams' emitter leaves the texts `true` and `8080` without quotes.
indirect enum YAMLText {
  /// Stands as it is: a number, `true`, a duration.
  case plain(String)
  /// A text, put in quotes where it would mean something else without.
  case text(String)
  /// `[one, two]`, on one line.
  case flowList([YAMLText])
  /// `{one: 1, two: 2}`, on one line.
  case flowMapping([(String, YAMLText)])
  /// One element a line, each behind a dash.
  case list([YAMLText])
  /// One key a line.
  case mapping([(String, YAMLText)])

  /// A list of texts on one line.
  static func flow(_ texts: [String]) -> String {
    YAMLText.flowList(texts.map(YAMLText.text)).line
  }

  /// The lines of this value, without indentation.
  var lines: [String] {
    switch self {
    case .mapping(let pairs) where !pairs.isEmpty:
      pairs.flatMap { key, value in Self.lines(key: Self.quoted(key), value) }
    case .list(let elements) where !elements.isEmpty:
      elements.flatMap { element in
        element.lines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
      }
    default: [line]
    }
  }

  private static func lines(key: String, _ value: YAMLText) -> [String] {
    switch value {
    case .mapping(let pairs) where !pairs.isEmpty: ["\(key):"] + value.lines.map { "  " + $0 }
    case .list(let elements) where !elements.isEmpty: ["\(key):"] + value.lines.map { "  " + $0 }
    default: ["\(key): \(value.line)"]
    }
  }

  /// This value for people, on one line: a text without its quotes.
  var shown: String {
    if case .text(let text) = self { text } else { line }
  }

  /// This value on one line.
  var line: String {
    switch self {
    case .plain(let text): text
    case .text(let text): Self.quoted(text)
    case .flowList(let elements), .list(let elements):
      "[" + elements.map(\.line).joined(separator: ", ") + "]"
    case .flowMapping(let pairs), .mapping(let pairs):
      "{" + pairs.map { "\(Self.quoted($0)): \($1.line)" }.joined(separator: ", ") + "}"
    }
  }

  // MARK: Quotes

  /// The text without quotes if YAML reads it back as this very text anywhere, and in double quotes if not.
  static func quoted(_ text: String) -> String {
    guard !isSafe(text) else { return text }
    var reader = ShownScalars()
    return "\"" + text.unicodeScalars.map { escaped($0, isShown: reader.shows($0)) }.joined() + "\""
  }

  private static func isSafe(_ text: String) -> Bool {
    // Flags such as --quiet are plain too; a dash alone or before a digit is not.
    let start = text.drop { $0 == "-" }
    guard let first = start.first, first.isASCII, first.isLetter || "/_".contains(first),
      text.last != ":", text.count - start.count <= 2
    else { return false }
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    return !words.contains(text.lowercased())
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/_.:@%+=-".contains($0)) }
  }

  private static func escaped(_ scalar: Unicode.Scalar, isShown: Bool) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\t": return "\\t"
    default: break
    }
    let isPrintable = (0x20...0x7E).contains(scalar.value) || (0xA0...0xD7FF).contains(scalar.value)
    if isPrintable, isShown { return String(scalar) }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension YAMLText {
  /// The value as it can be read back.
  init(_ value: ConfigurationValue) {
    switch value {
    case .null: self = .plain("null")
    case .boolean(let boolean): self = .plain("\(boolean)")
    case .integer(let integer): self = .plain("\(integer)")
    case .number(let number): self = .plain("\(number)")
    case .text(let text): self = .text(text)
    case .list(let values): self = .flowList(values.map(YAMLText.init))
    case .mapping(let values):
      self = .flowMapping(values.sorted { $0.key < $1.key }.map { ($0.key, YAMLText($0.value)) })
    }
  }

  static func duration(_ duration: Duration) -> YAMLText { .plain(DurationText.format(duration)) }
  static func size(_ bytes: Int) -> YAMLText { .plain(SizeText.format(bytes)) }
  static func boolean(_ value: Bool) -> YAMLText { .plain("\(value)") }
  static func integer(_ value: Int) -> YAMLText { .plain("\(value)") }
  static func number(_ value: Double) -> YAMLText { .plain(DecimalText.format(value)) }
  static func texts(_ values: [String]) -> YAMLText { .flowList(values.map(YAMLText.text)) }

  /// The reference to a secret, which is none; `***` in the place of a literal.
  static func secret(_ secret: ConfiguredSecret) -> YAMLText {
    .text(secret.source.reference ?? SecretText("").description)
  }
}
