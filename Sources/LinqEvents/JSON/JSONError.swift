/// Why bytes are not JSON (RFC 8259), and where. Carries none of the bytes, so it may be sent back.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: String, Sendable, CaseIterable {
    /// A value should be here.
    case expectedValue = "a value should stand"
    /// Inside an object, a name in quotes should be here.
    case expectedName = "a name in quotes should stand"
    /// Between a name and its value.
    case expectedColon = "a colon should stand"
    /// Between two members or elements.
    case expectedCommaOrEnd = "a comma or the closing bracket should stand"
    /// More follows the one value that a JSON text is.
    case trailingContent = "something follows after the end"
    /// The text stops too early.
    case unexpectedEnd = "it ends too early"
    /// A number against the grammar, such as `01`, `1.` or `+1`.
    case invalidNumber = "a number breaks the grammar"
    /// A backslash is followed by what no escape allows.
    case invalidEscape = "an escape in a string is not valid"
    /// A raw control character is in a string.
    case controlCharacter = "a raw control character is in a string"
    /// Bytes that are not UTF-8, overlong forms and encoded surrogates among them.
    case invalidUTF8 = "the bytes of a string are not UTF-8"
    /// Brackets are nested deeper than ``JSONTokenizer/maxDepth``.
    case tooDeep = "brackets are nested deeper than 128"
    /// A byte order mark opens the text; RFC 8259 forbids it on the wire.
    case byteOrderMark = "a byte order mark stands"
  }

  /// What is wrong.
  public let reason: Reason

  /// How many bytes are before the fault.
  public let offset: Int

  /// A whole sentence for the sender.
  public var description: String { "The body is not valid JSON: \(reason.rawValue) at byte \(offset)." }

  init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
