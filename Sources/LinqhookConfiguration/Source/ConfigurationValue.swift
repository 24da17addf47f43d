/// A value as the file has it, for what this module does not interpret: options of custom handlers.
public indirect enum ConfigurationValue: Sendable, Equatable {
  /// `null`, `~` or nothing.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A whole number, spelt as such: `007` and numbers that are too large are texts, as their digits count.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// Everything else, and whatever stands in quotes.
  case text(String)
  /// A list.
  case list([ConfigurationValue])
  /// Names and values.
  case mapping([String: ConfigurationValue])
}

extension ConfigurationValue {
  /// Reads a node by the core rules of YAML 1.2: `yes`, `no`, `on` and `off` are texts.
  init(_ node: SourceNode) {
    switch node.content {
    case .scalar(let text, isPlain: true): self = Self(plain: text)
    case .scalar(let text, isPlain: false): self = .text(text)
    case .sequence(let nodes): self = .list(nodes.map(Self.init))
    case .mapping(let entries):
      self = .mapping(
        Dictionary(entries.map { ($0.key, Self($0.value)) }, uniquingKeysWith: { first, _ in first })
      )
    }
  }

  /// `0.5` has none, `00.5` has.
  private static func hasLeadingZero(_ text: String) -> Bool {
    let digits = text.drop { $0 == "-" }
    return digits.hasPrefix("0") && !digits.hasPrefix("0.")
  }

  private init(plain text: String) {
    switch text {
    case "", "~", "null": self = .null
    case "true": self = .boolean(true)
    case "false": self = .boolean(false)
    default:
      if let integer = Int(text), "\(integer)" == text {
        self = .integer(integer)
      } else if text.contains("."), let number = DecimalText.parse(text), !Self.hasLeadingZero(text) {
        self = .number(number)
      } else {
        self = .text(text)
      }
    }
  }
}
