/// A value of JSON that holds no others.
public enum JSONScalar: Sendable, Equatable {
  /// The text of a string, escapes resolved.
  case string(String)
  /// A number as it was spelt: `1.0` and `1` are different texts.
  case number(String)
  /// `true` or `false`.
  case bool(Bool)
  /// `null`.
  case null

  /// The text to compare a setting with: a string's text, a number as spelt, `true`, `false` or `null`.
  public var text: String {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null: "null"
    }
  }

  /// Nil for a bracket or a name.
  init?(_ token: JSONToken, in bytes: Span<UInt8>) {
    switch token.kind {
    case .string: self = .string(token.text(in: bytes))
    case .number: self = .number(token.text(in: bytes))
    case .true: self = .bool(true)
    case .false: self = .bool(false)
    case .null: self = .null
    case .beginObject, .endObject, .beginArray, .endArray, .name: return nil
    }
  }
}
